/** Passkeys: `client.passkeys`. What the browser itself refuses comes as its DOMException. */
export const passkeys = ({ call, signedIn }) => {
  const { ask, make, join, tell, forget } = passkeyCeremonies((method, path, fields) => call(method, `auth/passkeys${path}`, fields));
  return {
    isAvailable: canUsePasskeys,
    canAutofill: async () => canUsePasskeys() && ((await PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false),
    choose: ({ autofill = false, signal } = {}) =>
      ask("/options", undefined, { ...(signal && { signal }), ...(autofill && { mediation: "conditional" }) }),
    async signIn({ credential, remember = false } = {}) {
      const chosen = credential ?? (await ask("/options"));
      try {
        return signedIn(await call("POST", "auth/passkeys/sign-in", { credential: chosen, remember }));
      } catch (error) {
        if (error.code === "passkey_unknown") await forget(chosen).catch(() => {});
        throw error;
      }
    },
    signUp: async (fields) => signedIn(await join("/sign-up", fields)),
    acceptInvitation: async (fields) => signedIn(await join("/invitation", fields)),
    async finish({ token }) {
      const credential = await ask("/second-factor/options", { token });
      return signedIn(await call("POST", "auth/passkeys/second-factor", { token, credential }));
    },
    async confirm() {
      await call("POST", "auth/passkeys/confirm", { credential: await ask("/confirm/options") });
    },
    async list() {
      const found = await call("GET", "auth/passkeys");
      tell(found).catch(() => {});
      return found.items;
    },
    add: (name) => make(name),
    addQuietly: async (name) => ((await canMakePasskeysQuietly()) ? make(name, true).catch(notToBe) : null),
    rename: (id, name) => call("PATCH", `auth/passkeys/${encodeURIComponent(id)}`, { name }),
    async remove(id) {
      await call("DELETE", `auth/passkeys/${encodeURIComponent(id)}`);
      await call("GET", "auth/passkeys").then(tell).catch(() => {});
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
const passkeyCeremonies = (send, pass = passes(send)) => ({
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
  /** Of an account that is refused after all, the browser may forget the passkey that it has just made. */
  async join(path, { passkeyName, ...who }) {
    const { options } = await pass(path, who);
    const made = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
    pass.kept = null; // it is good once
    try {
      return await send("POST", path, { ...who, passkey_name: passkeyName, credential: made.toJSON() });
    } catch (error) {
      const gone = { rpId: options.rp.id, credentialId: made.id };
      if (error.status >= 400 && error.status < 500) await PublicKeyCredential.signalUnknownCredential?.(gone).catch(() => {});
      throw error;
    }
  },
  /** Browsers then offer no others of this account. Not all of them can be told. */
  async tell({ items, rp_id: rpId, user_handle: userId }) {
    if (!canUsePasskeys() || !PublicKeyCredential.signalAllAcceptedCredentials) return;
    const allAcceptedCredentialIds = items.map((each) => each.credential_id);
    if (userId) await PublicKeyCredential.signalAllAcceptedCredentials({ rpId, userId, allAcceptedCredentialIds });
  },
  async forget({ id: credentialId }) {
    const { options } = await send("POST", "/options");
    await PublicKeyCredential.signalUnknownCredential?.({ rpId: options.rpId, credentialId });
  },
});

/** Options to join with count as an account that somebody tries to make: who calls it off, and tries again, has them still. */
function passes(send) {
  return async function pass(path, who) {
    const what = JSON.stringify([path, who]);
    if (pass.kept?.what === what && pass.kept.until > Date.now()) return pass.kept;
    const { options, expires_in: seconds } = await send("POST", `${path}/options`, who);
    return (pass.kept = { what, options, until: Date.now() + (seconds - 60) * 1000 });
  };
}
