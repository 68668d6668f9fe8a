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
