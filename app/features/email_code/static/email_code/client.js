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
