export interface Parts {
  readonly impersonation: {
    /** Act for a user, where IMPERSONATION is on. It needs a second factor that was shown lately. Answers the user. */
    begin(id: string, fields: { reason: string; minutes?: number }): Promise<User>;
    /** End it. Answers who is signed in then: you, or nobody. */
    end(): Promise<User | null>;
  };
}
