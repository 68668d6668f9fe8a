/** How good a password is: `client.passwords`. */
export const passwords = ({ call }) => ({
  strength: (fields) => call("POST", "auth/password-strength", fields),
});
