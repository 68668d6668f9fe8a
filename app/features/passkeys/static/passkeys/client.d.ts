export interface Parts {
  /** What the browser itself refuses, or the person calls off, is thrown as its DOMException. */
  readonly passkeys: {
    /** Whether this browser has what it takes. */
    isAvailable(): boolean;
    /** Whether it offers passkeys in a field with `autocomplete="username webauthn"`. */
    canAutofill(): Promise<boolean>;
    /** What the person chooses to sign in with; with `autofill`, once they choose it in the field. */
    choose(how?: { autofill?: boolean; signal?: AbortSignal }): Promise<ReturnType<PublicKeyCredential["toJSON"]>>;
    /** Signs in, with what `choose` has answered, else it asks. A Step where one is left. */
    signIn(how?: { credential?: ReturnType<PublicKeyCredential["toJSON"]>; remember?: boolean }): Promise<User | Step>;
    /**
     * Makes an account with a passkey and no password, and signs in to it. Nothing is left of what the person calls off.
     * A Step where the address has to be verified first: for a new one, and for one that is taken.
     */
    signUp(fields: { email: string; name?: string | null; passkeyName: string }): Promise<User | Step>;
    /** The same for whoever has the link of an invitation. */
    acceptInvitation(fields: { token: string; name?: string | null; passkeyName: string }): Promise<User | Step>;
    /** Takes the step `second_factor`. A Step again, where one more is left. */
    finish(step: Pick<Step, "token">): Promise<User | Step>;
    /** Opens what answers 403 `fresh_required` or `assurance_required`. */
    confirm(): Promise<void>;
    list(): Promise<Passkey[]>;
    /** Has the browser make one. It throws an InvalidStateError where the authenticator has one already. */
    add(name: string): Promise<Passkey>;
    /** Has the browser make one where it can without asking anybody, as after a password that it filled in; else null. */
    addQuietly(name: string): Promise<Passkey | null>;
    rename(id: string, name: string): Promise<Passkey>;
    /** Removes it, and tells the browser, which then offers it no more. */
    remove(id: string): Promise<void>;
  };
}
