/** Notices: `client.notices`. */
export const notices = ({ call }) => ({
  list: async () => (await call("GET", "auth/notices")).items,
  change: async (kind, wanted) => (await call("PATCH", "auth/notices", { kind, wanted })).items,
  notMe: async (token) => (await call("POST", "auth/not-me", { token })).reset_token,
});
