/** Types of flaskport.js. Copy both files, or import them from your Flaskport: docs/browser.md. */

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

/** A refusal. `code` is stable, `message` is for people, `errors` says what is wrong by field. */
export class FlaskportError extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: Record<string, string[]>;
  readonly requestId: string | undefined;
}

export interface SignInWithOptions {
  /** Where to come back to: a path of this page's origin or an address. This page by default. */
  next?: string;
  remember?: boolean;
}

export interface Client {
  /**
   * `fetch` with the session: sends cookies and the CSRF header, refreshes an expired session once for all tabs, and
   * tries again once. Throws FlaskportError where the session is over; other refusals are answers, as with `fetch`.
   * Other origins get a plain `fetch`.
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /** JSON there and back. Throws FlaskportError for every refusal. */
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  /** Who is signed in, asked of the server. */
  session(): Promise<SessionState>;
  /** Who was signed in when last asked. */
  readonly user: User | null;
  /** Tells of sign-ins, sign-outs and changes, in this or another tab. Returns how to stop it. */
  onChange(listener: (change: Change) => void): () => void;

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

export function createClient(options?: {
  /** Where Flaskport is: "https://api.example.com". This page's origin by default. */
  baseUrl?: string;
}): Client;
