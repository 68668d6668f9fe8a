/** Passkeys: `client.passkeys`. What the browser itself refuses comes as its DOMException. */
export const passkeys = ({ call, signedIn }) => {
  const { ask, make, tellAll, forget } = passkeyCeremonies((method, path, fields) => call(method, `auth/passkeys${path}`, fields));
  return {
    isAvailable: canUsePasskeys,
    canAutofill: async () => canUsePasskeys() && ((await PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false),
    choose: ({ autofill = false, signal } = {}) =>
      ask("/options", undefined, { ...(signal && { signal }), ...(autofill && { mediation: "conditional" }) }),
    async signIn({ credential, remember = false } = {}) {
      const chosen = credential ?? (await ask("/options"));
      try {
        return await signedIn(await call("POST", "auth/passkeys/sign-in", { credential: chosen, remember }));
      } catch (error) {
        if (error.code === "passkey_unknown") await forget(chosen).catch(() => {});
        throw error;
      }
    },
    async finish(token) {
      const credential = await ask("/second-factor/options", { token });
      return signedIn(await call("POST", "auth/passkeys/second-factor", { token, credential }));
    },
    async confirm() {
      await call("POST", "auth/passkeys/confirm", { credential: await ask("/confirm/options") });
    },
    list: async () => (await call("GET", "auth/passkeys")).items,
    add: (name) => make(name),
    addQuietly: async (name) => ((await canMakePasskeysQuietly()) ? make(name, true).catch(notToBe) : null),
    rename: (id, name) => call("PATCH", `auth/passkeys/${encodeURIComponent(id)}`, { name }),
    async remove(id) {
      await call("DELETE", `auth/passkeys/${encodeURIComponent(id)}`);
      await tellAll().catch(() => {});
    },
  };
};

const canUsePasskeys = () => typeof PublicKeyCredential === "function" && "parseRequestOptionsFromJSON" in PublicKeyCredential;

async function canMakePasskeysQuietly() {
  const can = canUsePasskeys() && (await PublicKeyCredential.getClientCapabilities?.());
  return Boolean(can?.conditionalCreate);
}

/** Nobody had asked for it. */
function notToBe(error) {
  if (error instanceof DOMException) return null;
  throw error;
}

/** What takes both the server (`send`) and the browser. */
const passkeyCeremonies = (send) => ({
  async ask(path, fields, how = {}) {
    const { options } = await send("POST", path, fields);
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    return (await navigator.credentials.get({ publicKey, ...how })).toJSON();
  },
  async make(name, quietly = false) {
    const { options } = await send("POST", "/add/options", { quietly });
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    const made = await navigator.credentials.create({ publicKey, ...(quietly && { mediation: "conditional" }) });
    return send("POST", "", { name, credential: made.toJSON() });
  },
  /** Browsers then offer no others of this account. Not all of them can be told. */
  async tellAll() {
    if (!canUsePasskeys() || !PublicKeyCredential.signalAllAcceptedCredentials) return;
    const { items, rp_id: rpId, user_handle: userId } = await send("GET", "");
    const allAcceptedCredentialIds = items.map((each) => each.credential_id);
    if (userId) await PublicKeyCredential.signalAllAcceptedCredentials({ rpId, userId, allAcceptedCredentialIds });
  },
  async forget({ id: credentialId }) {
    const { options } = await send("POST", "/options");
    await PublicKeyCredential.signalUnknownCredential?.({ rpId: options.rpId, credentialId });
  },
});
