/** What a server asks that takes somebody for a robot: `provider` says of what kind the rest is. */
export interface Challenge {
  readonly provider: string;
  readonly [fact: string]: unknown;
}

export interface Parts {
  readonly challenges: {
    /** Solve challenges of this provider yourself. No answer: the request stays refused. */
    solveWith(provider: string, solve: (challenge: Challenge) => Promise<string | undefined>): void;
    /** Tells when one is being solved, and when that is over. Returns how to stop it. */
    onSolving(listener: (solving: boolean) => void): () => void;
  };
}
