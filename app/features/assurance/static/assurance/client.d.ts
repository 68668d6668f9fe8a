export interface Parts {
  /**
   * Takes the step that a sign-in waits for. `path` is the view of what is shown, `proof` what that view asks for besides
   * the token. Every tab is told who is signed in then. A Step again, where one more is left.
   */
  finish(step: Pick<Step, "token">, path: string, proof: Record<string, unknown>): Promise<User | Step>;
  /** Does one have to have a second factor, and by when? */
  secondFactorDuty(): Promise<SecondFactorDuty>;
}
