/** Verification of addresses: `client.emailVerification`. */
export const emailVerification = ({ call, signedIn }) => ({
  async verify(fields) {
    const answer = await call("POST", "auth/verify-email", fields);
    if (answer.step) return signedIn(answer);
    if (answer.user) signedIn(answer);
    return answer;
  },
  resend: (fields) => call("POST", "auth/resend-verification", fields),
});
