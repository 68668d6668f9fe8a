/** Recovery codes: how many are left, a new set, and confirming with one that it is still you. */
export const recoveryCodes = ({ call }) => ({
  state: () => call("GET", "auth/recovery-codes"),
  renew: async () => (await call("POST", "auth/recovery-codes")).codes,
  verify: (code) => call("POST", "auth/recovery-codes/verify", { code }),
});
