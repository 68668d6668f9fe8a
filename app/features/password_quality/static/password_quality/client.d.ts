export interface Parts {
  readonly passwords: {
    /** For a meter, while somebody types: ask once they pause. Nothing is kept. `reasons` is empty for a good one. */
    strength(fields: { password: string; email?: string; name?: string | null }): Promise<PasswordStrength>;
  };
}
