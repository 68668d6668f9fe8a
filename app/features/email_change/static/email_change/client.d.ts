export interface Parts {
  readonly emailChange: {
    /** What waits to be proved. */
    pending(): Promise<WantedEmail | null>;
    /** Mails a link and a code there. Needs a fresh session (`fresh_required`). The same if somebody has the address. */
    begin(email: string): Promise<WantedEmail>;
    cancel(): Promise<void>;
    /** By the link's token, or by the code in the browser that asked. Tells every tab of the new address. */
    confirm(proof: { token: string } | { code: string }): Promise<User>;
    /** From the old mailbox: takes the address back, and answers what a new password is set with. */
    undo(token: string): Promise<string>;
  };
}
