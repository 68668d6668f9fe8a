export interface Parts {
  /** Where UNKNOWN_DEVICE_CODE is on: `client.finish(step, "auth/unknown-device", { code })` takes the step. */
  readonly unknownDevice: {
    /** Has a code mailed for a sign-in that waits; where one was mailed already, only `again`. */
    mail(step: Pick<Step, "token">, options?: { again?: boolean }): Promise<{ expires_in: number }>;
  };
}
