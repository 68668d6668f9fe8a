export interface Parts {
  readonly personalData: {
    /** All that is held of whoever is signed in, by the names of the tables. It needs a fresh session. */
    export(): Promise<PersonalData>;
  };
}
