export interface AuditQuery {
  user?: string;
  actor?: string;
  session?: string;
  request?: string;
  kind?: string;
  accepted?: boolean;
  since?: string;
  until?: string;
  limit?: number;
  cursor?: string | null;
}
export interface Parts {
  readonly activity: {
    /** What happened to one's own account, the newest first. */
    list(page?: { limit?: number; cursor?: string | null }): Promise<ActivityPage>;
  };
  readonly audit: {
    /** The audit trail, the newest first, for whoever has `audit:read`. */
    list(wanted?: AuditQuery): Promise<AuditPage>;
  };
}
