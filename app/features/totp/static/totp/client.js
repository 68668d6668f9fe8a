/** Authenticator apps: setting one up, and confirming that it is still you. */
export const totp = ({ call }) => ({
  state: () => call("GET", "auth/totp"),
  begin: () => call("POST", "auth/totp"),
  confirm: (code) => call("POST", "auth/totp/confirm", { code }),
  remove: () => call("DELETE", "auth/totp"),
  verify: (code) => call("POST", "auth/totp/verify", { code }),
});
