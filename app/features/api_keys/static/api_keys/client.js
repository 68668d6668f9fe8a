/** API keys: `client.keys`. */
export const keys = ({ call }) => ({
  list: async () => (await call("GET", "auth/keys")).items,
  create: (fields) => call("POST", "auth/keys", fields),
  revoke: (id) => call("DELETE", `auth/keys/${encodeURIComponent(id)}`),
});
