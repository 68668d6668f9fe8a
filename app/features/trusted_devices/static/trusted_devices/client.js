/** Browsers that are not asked for a second factor: `client.trustedDevices`. */
export const trustedDevices = ({ call }) => ({
  list: async () => (await call("GET", "auth/trusted-devices")).items,
  trust: () => call("POST", "auth/trusted-devices"),
  revoke: (id) => call("DELETE", `auth/trusted-devices/${encodeURIComponent(id)}`),
  revokeAll: () => call("DELETE", "auth/trusted-devices"),
});
