/** The parts of the browser client: client.js of each feature. Written by `flask types`. */

/** API keys: `client.keys`. */
export const keys = ({ call }) => ({
  list: async () => (await call("GET", "auth/keys")).items,
  create: (fields) => call("POST", "auth/keys", fields),
  revoke: (id) => call("DELETE", `auth/keys/${encodeURIComponent(id)}`),
});

/** The end of a sign-in that waits for a step: `client.finish`. */
export const finish = ({ call, signedIn }) => async ({ token }, path, proof) =>
  signedIn(await call("POST", path, { token, ...proof }));

/** Does one have to have a second factor, and by when: `client.secondFactorDuty()`. */
export const secondFactorDuty = ({ call }) => () => call("GET", "auth/second-factor");

/** What happened: `client.activity` of one's own account, `client.audit` of all, for whoever may read it. */
export const activity = ({ call }) => ({
  list: ({ limit = 50, cursor } = {}) => call("GET", `api/profile/activity?${asQuery({ limit, cursor })}`),
});

export const audit = ({ call }) => ({
  list: (wanted = {}) => call("GET", `api/audit?${asQuery(wanted)}`),
});

const asQuery = (wanted) => new URLSearchParams(Object.entries(wanted).filter(([, value]) => value != null));

/** Challenges: `client.challenges`. A request for which one has to be solved is sent once more, with the answer. */
export const challenges = ({ remedy, url }) => {
  const solvers = new Map();
  const listeners = new Set();
  const tell = (solving) => listeners.forEach((listener) => listener(solving));

  remedy("challenge_required", async ({ facts }) => {
    tell(true);
    try {
      const solve = solvers.get(facts.provider) ?? (await import(url("static/challenges/solve.js"))).solve;
      const answer = await solve(facts, url);
      return answer ? { "X-Challenge": answer } : undefined;
    } catch {
      return undefined; // the refusal stands
    } finally {
      tell(false);
    }
  });
  return {
    solveWith: (provider, solve) => void solvers.set(provider, solve),
    onSolving(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

/** A change of one's address: `client.emailChange`. */
export const emailChange = ({ call, setUser }) => ({
  pending: async () => (await call("GET", "auth/email-change")).pending,
  begin: async (email) => (await call("POST", "auth/email-change", { email })).pending,
  cancel: () => call("DELETE", "auth/email-change"),
  async confirm(proof) {
    const { user } = await call("POST", "auth/email-change/confirm", proof);
    setUser(user);
    return user;
  },
  undo: async (token) => (await call("POST", "auth/email-change/undo", { token })).reset_token,
});

/** Codes by mail as a second factor: turning it on and off, and confirming by one that it is still you. */
export const emailCode = ({ call }) => ({
  state: () => call("GET", "auth/email-code"),
  begin: () => call("POST", "auth/email-code"),
  confirm: (code) => call("POST", "auth/email-code/confirm", { code }),
  remove: () => call("DELETE", "auth/email-code"),
  mail: ({ again = false } = {}) => call("POST", "auth/email-code/mail", { again }),
  mailForStep: ({ token }, { again = false } = {}) => call("POST", "auth/email-code/step/mail", { token, again }),
  verify: (code) => call("POST", "auth/email-code/verify", { code }),
});

/** Verification of addresses: `client.emailVerification`. */
export const emailVerification = ({ call, signedIn }) => ({
  async verify(fields) {
    const answer = await call("POST", "auth/verify-email", fields);
    if (answer.step) return signedIn(answer);
    if (answer.user) signedIn(answer);
    return answer;
  },
  resend: (fields) => call("POST", "auth/resend-verification", fields),
});

/** Acting for somebody, and coming back: `client.impersonation`. */
export const impersonation = ({ call, session, signedIn }) => ({
  begin: async (id, { reason, minutes }) =>
    signedIn(await call("POST", `api/users/${encodeURIComponent(id)}/impersonate`, minutes ? { reason, minutes } : { reason })),
  async end() {
    await call("POST", "auth/impersonation/end");
    return (await session()).user;
  },
});

/** Invitations: `client.invitations`, and who may register: `client.registration()`. */
export const registration = ({ call }) => async () => (await call("GET", "auth/registration")).mode;

export const invitations = ({ call, setUser, signedIn }) => ({
  list: ({ status, cursor, limit } = {}) => {
    const given = Object.entries({ status, cursor, limit }).filter(([, value]) => value !== undefined && value !== null);
    return call("GET", `api/invitations?${new URLSearchParams(given)}`);
  },
  create: (fields) => call("POST", "api/invitations", fields),
  resend: (id, fields = {}) => call("POST", `api/invitations/${encodeURIComponent(id)}/resend`, fields),
  revoke: (id) => call("DELETE", `api/invitations/${encodeURIComponent(id)}`),
  look: (token) => call("POST", "auth/invitations/look", { token }),
  accept: async (fields) => signedIn(await call("POST", "auth/invitations/accept", fields)),
  async claim(token) {
    const user = await call("POST", "auth/invitations/claim", { token });
    setUser(user);
    return user;
  },
});

/** Links and codes that are mailed to sign in with, or to confirm with that it is still you. */
export const magicLink = ({ call, place, signedIn }) => ({
  ask: ({ email, remember = false, next } = {}) =>
    call("POST", "auth/magic-link", { email, remember, next: next === undefined ? null : place(next) }),
  finish: async (fields) => signedIn(await call("POST", "auth/magic-link/finish", fields)),
  askToConfirm: () => call("POST", "auth/confirm/mail"),
  confirm: (code) => call("POST", "auth/confirm/code", { code }),
});

/** Notices: `client.notices`. */
export const notices = ({ call }) => ({
  list: async () => (await call("GET", "auth/notices")).items,
  change: async (kind, wanted) => (await call("PATCH", "auth/notices", { kind, wanted })).items,
  notMe: async (token) => (await call("POST", "auth/not-me", { token })).reset_token,
});

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

/** How good a password is: `client.passwords`. */
export const passwords = ({ call }) => ({
  strength: (fields) => call("POST", "auth/password-strength", fields),
});

/** A new password for whoever has forgotten theirs: `client.passwordReset`. */
export const passwordReset = ({ call, session }) => ({
  request: (email) => call("POST", "auth/forgot-password", { email }),
  look: (token) => call("POST", "auth/reset-password/look", { token }),
  async finish(fields) {
    await call("POST", "auth/reset-password", fields);
    await session().catch(() => {}); // the session of this browser may have been one of theirs
  },
  sendTo: (userId) => call("POST", `api/users/${encodeURIComponent(userId)}/send-password-reset`),
});

/** All that is held of whoever is signed in: `client.personalData`. */
export const personalData = ({ call }) => ({
  export: () => call("GET", "api/profile/export"),
});

/** Signing in with a provider, and the accounts there that open this one. */
export const providers = ({ call }) => async () => (await call("GET", "auth/providers")).items;

/** Go to the provider, or with `popup` open it in a window and answer the session once that is through. */
export const signInWith = ({ place, popup: inWindow, url }) => {
  function start(provider, { next, remember = false, popup = false }) {
    const address = new URL(url(`auth/oauth/${encodeURIComponent(provider)}`));
    address.searchParams.set("next", place(next));
    if (remember) address.searchParams.set("remember", "1");
    if (popup) address.searchParams.set("popup", "1");
    return address.href;
  }
  return (provider, { popup = false, next, remember } = {}) => {
    if (popup) return inWindow((end) => start(provider, { next: end, remember, popup }));
    const address = start(provider, { next, remember }); // which is refused where there is no location
    location.assign(address);
    return new Promise(() => {}); // this page is on its way out
  };
};

export const identities = ({ call, place }) => ({
  list: () => call("GET", "auth/identities"),
  async connect(provider, { next } = {}) {
    const wish = { next: place(next) };
    location.assign((await call("POST", `auth/identities/${encodeURIComponent(provider)}`, wish)).location);
  },
  disconnect: (id) => call("DELETE", `auth/identities/${encodeURIComponent(id)}`),
});

/** Recovery codes: how many are left, a new set, and confirming with one that it is still you. */
export const recoveryCodes = ({ call }) => ({
  state: () => call("GET", "auth/recovery-codes"),
  renew: async () => (await call("POST", "auth/recovery-codes")).codes,
  verify: (code) => call("POST", "auth/recovery-codes/verify", { code }),
});

/** Authenticator apps: setting one up, and confirming that it is still you. */
export const totp = ({ call }) => ({
  state: () => call("GET", "auth/totp"),
  begin: () => call("POST", "auth/totp"),
  confirm: (code) => call("POST", "auth/totp/confirm", { code }),
  remove: () => call("DELETE", "auth/totp"),
  verify: (code) => call("POST", "auth/totp/verify", { code }),
});

/** Browsers that are not asked for a second factor: `client.trustedDevices`. */
export const trustedDevices = ({ call }) => ({
  list: async () => (await call("GET", "auth/trusted-devices")).items,
  trust: () => call("POST", "auth/trusted-devices"),
  revoke: (id) => call("DELETE", `auth/trusted-devices/${encodeURIComponent(id)}`),
  revokeAll: () => call("DELETE", "auth/trusted-devices"),
});

/** The step of a sign-in on an unknown device, where UNKNOWN_DEVICE_CODE is on: a code is mailed for it. */
export const unknownDevice = ({ call }) => ({
  mail: ({ token }, { again = false } = {}) => call("POST", "auth/unknown-device/mail", { token, again }),
});
