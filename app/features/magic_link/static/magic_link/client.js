/** Links and codes that are mailed to sign in with, or to confirm with that it is still you. */
export const magicLink = ({ call, place, signedIn }) => ({
  ask: ({ email, remember = false, next } = {}) =>
    call("POST", "auth/magic-link", { email, remember, next: next === undefined ? null : place(next) }),
  finish: async (fields) => signedIn(await call("POST", "auth/magic-link/finish", fields)),
  askToConfirm: () => call("POST", "auth/confirm/mail"),
  confirm: (code) => call("POST", "auth/confirm/code", { code }),
});
