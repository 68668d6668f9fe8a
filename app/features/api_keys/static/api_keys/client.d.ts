export interface Parts {
  readonly keys: {
    list(): Promise<Key[]>;
    /** `key` in the answer is shown this once. `expires_in_days: null` for a key that never expires. */
    create(fields: { name: string; scopes?: string[]; expires_in_days?: number | null }): Promise<KeyShownOnce>;
    revoke(id: string): Promise<void>;
  };
}
