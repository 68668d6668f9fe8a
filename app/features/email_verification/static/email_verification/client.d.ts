export interface Parts {
  readonly emailVerification: {
    /**
     * By the link's `token`, or by the `code` in the browser that asked for the mail. Where the account was set up
     * elsewhere this throws `not_your_browser`: then once more, with its `password`, or with `afresh`, which voids what
     * is in the account and answers a `reset_token`. `step` is the token of a sign-in that waits for this. `user` is who
     * is signed in now. The answer is a Step where something else is left to sign in.
     */
    verify(fields: {
      token?: string;
      code?: string;
      password?: string;
      afresh?: boolean;
      step?: string;
    }): Promise<EmailVerified | Step>;
    /** Another mail, which voids those before. The answer says nothing about the address. */
    resend(fields: { email: string; step?: string }): Promise<void>;
  };
}
