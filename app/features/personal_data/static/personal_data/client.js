/** All that is held of whoever is signed in: `client.personalData`. */
export const personalData = ({ call }) => ({
  export: () => call("GET", "api/profile/export"),
});
