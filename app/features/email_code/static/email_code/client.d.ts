export interface Parts {
  /** Where EMAIL_CODE is on. */
  readonly emailCode: {
    state(): Promise<EmailCode>;
    /** Has a first code mailed, which `confirm` turns it on with. */
    begin(): Promise<CodeMailed>;
    confirm(code: string): Promise<void>;
    /** Asks for a second factor before: 403 `assurance_required`. */
    remove(): Promise<void>;
    /** Has a code mailed for `verify`; where one was mailed already, only `again`. */
    mail(options?: { again?: boolean }): Promise<CodeMailed>;
    /** The same for a sign-in that waits: `client.finish(step, "auth/email-code/step", { code })` takes it. */
    mailForStep(step: Pick<Step, "token">, options?: { again?: boolean }): Promise<CodeMailed>;
    /** Opens what answers 403 `assurance_required`, and `fresh_required`. */
    verify(code: string): Promise<void>;
  };
}
