export interface Parts {
  /** Who may make an account by themselves. */
  registration(): Promise<"open" | "invite" | "closed">;

  readonly invitations: {
    list(query?: { status?: Invitation["status"]; cursor?: string; limit?: number }): Promise<Invitations>;
    create(fields: { email: string; role: string; days?: number }): Promise<Invitation>;
    resend(id: string, fields?: { days?: number }): Promise<Invitation>;
    revoke(id: string): Promise<void>;
    /** What the link with this token is for. Nothing is used up. */
    look(token: string): Promise<OwnInvitation>;
    /** Makes the account and signs in to it. A Step where one is left. */
    accept(fields: { token: string; password: string; name?: string | null }): Promise<User | Step>;
    /** Takes the role of an invitation to the address of whoever is signed in. */
    claim(token: string): Promise<User>;
  };
}
