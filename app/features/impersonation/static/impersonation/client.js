/** Acting for somebody, and coming back: `client.impersonation`. */
export const impersonation = ({ call, session, signedIn }) => ({
  begin: async (id, { reason, minutes }) =>
    signedIn(await call("POST", `api/users/${encodeURIComponent(id)}/impersonate`, minutes ? { reason, minutes } : { reason })),
  async end() {
    await call("POST", "auth/impersonation/end");
    return (await session()).user;
  },
});
