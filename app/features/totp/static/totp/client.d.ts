export interface Parts {
  readonly totp: {
    state(): Promise<Totp>;
    /** Sets an app up, which `confirm` turns on. The answer is shown this once. */
    begin(): Promise<TotpBegun>;
    confirm(code: string): Promise<void>;
    /** Asks for a second factor before: 403 `assurance_required`. */
    remove(): Promise<void>;
    /** Opens what answers 403 `assurance_required`, and `fresh_required`. */
    verify(code: string): Promise<void>;
  };
}
