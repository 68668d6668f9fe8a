/** The end of a sign-in that waits for a step: `client.finish`. */
export const finish = ({ call, signedIn }) => async ({ token }, path, proof) =>
  signedIn(await call("POST", path, { token, ...proof }));

/** Does one have to have a second factor, and by when: `client.secondFactorDuty()`. */
export const secondFactorDuty = ({ call }) => () => call("GET", "auth/second-factor");
