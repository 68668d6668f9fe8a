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
