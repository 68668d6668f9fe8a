export interface SignInWithOptions {
  /**
   * Where to come back to: a path of this page's origin or an address. This page by default, by its path alone where
   * its whole address is too long to be carried along.
   */
  next?: string;
  remember?: boolean;
}

export interface Parts {
  providers(): Promise<Provider[]>;
  /** Leaves the page, or with `popup` answers once the window is through. Call it straight from a click. */
  signInWith(provider: string, options: SignInWithOptions & { popup: true }): Promise<SessionState>;
  signInWith(provider: string, options?: SignInWithOptions & { popup?: false }): Promise<never>;

  readonly identities: {
    list(): Promise<Identities>;
    /** Leaves the page. */
    connect(provider: string, options?: { next?: string }): Promise<void>;
    disconnect(id: string): Promise<void>;
  };
}
