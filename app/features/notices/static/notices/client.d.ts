export interface Parts {
  readonly notices: {
    /** The kinds of mails that one can switch off. */
    list(): Promise<NoticeWish[]>;
    change(kind: string, wanted: boolean): Promise<NoticeWish[]>;
    /** "This wasn't me", by the token of a notice's link. Answers that for a new password, or null. */
    notMe(token: string): Promise<string | null>;
  };
}
