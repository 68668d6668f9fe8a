export interface MailAsked {
  /** Seconds that the link is good for. */
  readonly expires_in: number;
  readonly code_expires_in: number;
}

export type MagicLinkProof = { code: string } | { token: string; confirm?: boolean };

export interface Parts {
  readonly magicLink: {
    /** Has a link and a code mailed, if the address has an account. `next` is where the link's page goes on to. */
    ask(fields: { email: string; remember?: boolean; next?: string }): Promise<MailAsked>;
    /** Signs in, or answers the Step that is left. Throws `other_browser`, with facts, where the link takes `confirm`. */
    finish(proof: MagicLinkProof & { remember?: boolean | null }): Promise<User | Step>;
    /** Has a code mailed to whoever is signed in. */
    askToConfirm(): Promise<MailAsked>;
    /** Opens what answers 403 `fresh_required`, by that code. */
    confirm(code: string): Promise<void>;
  };
}
