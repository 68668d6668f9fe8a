/** Types of flaskport.js: docs/browser.md. */

export interface User {
  id: string;
  email: string;
  name: string | null;
  role: string;
  /** ISO 8601, UTC. */
  created_at: string;
}

export interface Session {
  id: string;
  created_at: string;
  authenticated_at: string;
  expires_at: string;
  remember: boolean;
}

export type SessionState = { user: null } | { user: User; session: Session; /** Seconds. */ expires_in: number };

export interface Device extends Session {
  last_seen_at: string;
  user_agent: string;
  address: string;
  current: boolean;
}

export interface Provider {
  name: string;
  label: string;
  start_url: string;
}

export interface Identity {
  id: string;
  provider: string;
  email: string | null;
  created_at: string;
  last_used_at: string;
}

export interface Key {
  id: string;
  name: string;
  scopes: string[];
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
}

export type Change = {
  type: "signed-in" | "signed-out" | "changed-user" | "updated";
  user: User | null;
};

/** The `code` of an answer; app-router.d.ts says what each means. */
export type ErrorCode =
  | "access_denied"
  | "account_disabled"
  | "account_exists"
  | "account_gone"
  | "bad_request"
  | "body_too_large"
  | "browser_must_use_cookies"
  | "busy"
  | "csrf_invalid"
  | "csrf_missing"
  | "database_unavailable"
  | "email_missing"
  | "email_taken"
  | "expectation_failed"
  | "forbidden"
  | "fresh_required"
  | "headers_too_large"
  | "identity_taken"
  | "identity_unusable"
  | "internal_error"
  | "invalid_api_key"
  | "invalid_credentials"
  | "invalid_json"
  | "invalid_token"
  | "last_admin"
  | "last_way_in"
  | "method_not_allowed"
  | "next_not_allowed"
  | "no_signing_key"
  | "not_authenticated"
  | "not_found"
  | "not_implemented"
  | "not_ready"
  | "origin_not_allowed"
  | "permission_required"
  | "prefetch_refused"
  | "provider_failed"
  | "provider_policy"
  | "provider_refused"
  | "refresh_expired"
  | "requested_range_not_satisfiable"
  | "role_above_yours"
  | "role_required"
  | "session_ended"
  | "session_required"
  | "sign_in_expired"
  | "token_expired"
  | "token_reused"
  | "token_revoked"
  | "too_many_keys"
  | "unknown_provider"
  | "unsupported_media_type"
  | "uri_too_long"
  | "validation_failed"
  | "wrong_password";

/** What this client says by itself, with status 0: `unexpected_answer` has the status of an answer that is no JSON. */
export type ClientErrorCode = "network_error" | "not_in_a_browser" | "popup_blocked" | "unexpected_answer";

/** A refusal. `code` is stable, `message` is for people, `errors` says what is wrong by field. */
export class FlaskportError extends Error {
  /** Of the answer; 0 where there was none. */
  readonly status: number;
  readonly code: ErrorCode | ClientErrorCode;
  readonly errors: Record<string, string[]>;
  readonly requestId: string | undefined;
}

export interface SignInWithOptions {
  /**
   * Where to come back to: a path of this page's origin or an address. This page by default, by its path alone where
   * its whole address is too long to be carried along.
   */
  next?: string;
  remember?: boolean;
}

export interface Client {
  /**
   * `fetch` with the session: sends cookies and the CSRF header, refreshes an expired session once for all tabs, and
   * tries again once. Throws FlaskportError where the session is over, and `network_error` where nothing answers; other
   * refusals are answers, as with `fetch`.
   * Other origins get a plain `fetch`.
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /** JSON there and back. Throws FlaskportError for every refusal. */
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  /** Who is signed in, asked of the server. Nobody, without asking, where a page is rendered on a server. */
  session(): Promise<SessionState>;
  /** Who was signed in when last asked. */
  readonly user: User | null;
  /** Tells of sign-ins, sign-outs and changes, in this or another tab. Returns how to stop it. */
  onChange(listener: (change: Change) => void): () => void;
  /** Stops listening to other tabs and to this page. For tests, and for pages that make more than one client. */
  close(): void;

  register(fields: { email: string; password: string; name?: string | null }): Promise<User>;
  signIn(fields: { email: string; password: string; remember?: boolean }): Promise<User>;
  signOut(): Promise<void>;
  signOutEverywhere(): Promise<void>;
  /** Prove that it is still the same person: opens what asks for a fresh sign-in. */
  confirm(password: string): Promise<void>;
  changePassword(fields: { current_password?: string; new_password: string }): Promise<void>;

  providers(): Promise<Provider[]>;
  /** Leaves the page, or with `popup` answers once the window is through. Call it straight from a click. */
  signInWith(provider: string, options: SignInWithOptions & { popup: true }): Promise<SessionState>;
  signInWith(provider: string, options?: SignInWithOptions & { popup?: false }): Promise<never>;

  readonly identities: {
    list(): Promise<{ items: Identity[]; has_password: boolean }>;
    /** Leaves the page. */
    connect(provider: string, options?: { next?: string }): Promise<void>;
    disconnect(id: string): Promise<void>;
  };
  readonly keys: {
    list(): Promise<Key[]>;
    /** `key` in the answer is shown this once. `expires_in_days: null` for a key that never expires. */
    create(fields: { name: string; scopes?: string[]; expires_in_days?: number | null }): Promise<Key & { key: string }>;
    revoke(id: string): Promise<void>;
  };
  readonly devices: {
    list(): Promise<Device[]>;
    revoke(id: string): Promise<void>;
  };
}

/** What a part of the client is made with: docs/browser.md. */
export interface Core {
  fetch: Client["fetch"];
  call: Client["call"];
  session: Client["session"];
  /** Somebody is signed in now, or nobody: tells every tab. */
  setUser(user: User | null): void;
  /** The address of a path of the server. */
  url(path: string): string;
  /** A place to come back to as the server wants it; this page without `next`. */
  place(next?: string): string;
  /** A sign-in in a window of its own, from `addressOf(end)` to the place `end`. Call it straight from a click. */
  popup(addressOf: (end: string) => string): Promise<SessionState>;
}

/** What a feature adds to the client: `client.keys` is what the part `keys` answers. */
export type Part<T = unknown> = (core: Core) => T;
type PartName = "identities" | "keys" | "providers" | "signInWith";

/** Every part that there is: what a client has if nothing else is said. */
export const parts: { readonly [N in PartName]: Part<Client[N]> };

export interface ClientOptions {
  /** Where Flaskport is: "https://api.example.com". This page's origin by default. */
  baseUrl?: string;
}

export function createClient(options?: ClientOptions): Client;
export function createClient<P extends Record<string, Part>>(
  options: ClientOptions & { parts: P },
): Omit<Client, PartName> & { readonly [N in keyof P]: ReturnType<P[N]> };
