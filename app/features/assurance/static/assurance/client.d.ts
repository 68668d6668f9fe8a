export interface Parts {
  /**
   * Takes the step that a sign-in waits for. `path` is the view of what is shown, `proof` what that view asks for besides
   * the token. Every tab is told who is signed in then. Throws StepRequired where one more step is left.
   */
  finish(step: StepRequired, path: string, proof: Record<string, unknown>): Promise<User>;
  /** Does one have to have a second factor, and by when? */
  secondFactorDuty(): Promise<SecondFactorDuty>;
}
