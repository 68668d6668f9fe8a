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
