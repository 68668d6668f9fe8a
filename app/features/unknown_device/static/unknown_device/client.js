/** The step of a sign-in on an unknown device, where UNKNOWN_DEVICE_CODE is on: a code is mailed for it. */
export const unknownDevice = ({ call }) => ({
  mail: ({ token }, { again = false } = {}) => call("POST", "auth/unknown-device/mail", { token, again }),
});
