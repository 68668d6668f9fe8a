export interface Parts {
  readonly passwordReset: {
    /** Mails a link and a code to whoever has this address. The answer is the same if nobody has. */
    request(email: string): Promise<{ expires_in: number; code_expires_in: number }>;
    /** Whose password the link sets, while it is good: `link_over` is thrown where it is not. */
    look(token: string): Promise<{ email: string }>;
    /**
     * Sets the new password. `token` is what follows `#token=` in the link; the code works in the browser that asked.
     * It signs nobody in: `signIn` comes next.
     */
    finish(fields: { token: string; password: string } | { code: string; password: string }): Promise<void>;
    /** For `users:write`: mails somebody the link. */
    sendTo(userId: string): Promise<void>;
  };
}
