export interface Parts {
  readonly recoveryCodes: {
    state(): Promise<RecoveryCodes>;
    /** Ten new ones, in the place of those before. They are shown this once. */
    renew(): Promise<string[]>;
    /** Opens what answers 403 `assurance_required`, and `fresh_required`. The code is used up. */
    verify(code: string): Promise<void>;
  };
}
