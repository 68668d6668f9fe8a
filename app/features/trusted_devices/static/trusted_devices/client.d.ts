export interface Parts {
  readonly trustedDevices: {
    list(): Promise<TrustedDevice[]>;
    /** Ask for no second factor in this browser. It has to have been shown minutes ago. */
    trust(): Promise<void>;
    revoke(id: string): Promise<void>;
    revokeAll(): Promise<void>;
  };
}
