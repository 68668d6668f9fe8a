export type SessionState =
  | { user: null }
  | {
      user: User;
      session: Session;
      /** Seconds. */
      expires_in: number;
      /** Who acts for the user in this session, where it is not they themselves: show it. */
      actor?: { id: string; email: string; until: string };
    };

export type Change = {
  type: "signed-in" | "signed-out" | "changed-user" | "updated";
  user: User | null;
};

/** What this client says by itself, with status 0: `unexpected_answer` has the status of an answer that is no JSON. */
export type ClientErrorCode =
  | "network_error"
  | "not_in_a_browser"
  | "popup_blocked"
  | "unexpected_answer";

/** A refusal. `code` is stable, `message` is for people, `errors` says what is wrong by field. */
export class FlaskportError extends Error {
  /** Of the answer; 0 where there was none. */
  readonly status: number;
  readonly code: ErrorCode | ClientErrorCode;
  readonly errors: Record<string, string[]>;
  /** What is needed to go on, where `code` says so. */
  readonly facts: Record<string, unknown>;
  readonly requestId: string | undefined;
  /** The seconds after which there is a point in trying again, where the server says so. */
  readonly retryAfter: number | undefined;
}

/**
 * What a sign-in resolves to, in the place of the user, where one more step is left: `if ("step" in result)`. Nobody is
 * signed in yet, and no tab is told otherwise. `client.finish` takes the step; so does its `page`.
 */
export class Step {
  private constructor();
  /** What has to be done as well: "second_factor". */
  readonly step: string;
  /** What a page that asks for it may show. */
  readonly facts: Record<string, string>;
  /** Goes with the step, once, within ten minutes. That of `register` has none. */
  readonly token: string | undefined;
  /** The address of the server's own page for it. Add where to go on to as `next`. Null where there is none. */
  readonly page: string | null;
}

export interface Client extends Parts {
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

  /** A Step where the address has to be verified first: for a new one, and for one that is taken. Signs nobody in. */
  register(fields: { email: string; password: string; name?: string | null }): Promise<User | Step>;
  /** Who is signed in now, or the Step that is left. */
  signIn(fields: { email: string; password: string; remember?: boolean }): Promise<User | Step>;
  signOut(): Promise<void>;
  signOutEverywhere(): Promise<void>;
  /** Prove that it is still the same person: opens what asks for a fresh sign-in. */
  confirm(password: string): Promise<void>;
  changePassword(fields: { current_password?: string; new_password: string }): Promise<void>;

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
  /**
   * What to do about a refusal with this code: what `find` answers are headers, with which the request is sent once
   * more. Nothing: the refusal stands.
   */
  remedy(code: ErrorCode, find: (refusal: FlaskportError) => Promise<Record<string, string> | undefined>): void;
  /** Somebody is signed in now, or nobody: tells every tab. */
  setUser(user: User | null): void;
  /** What an answer means that ends a sign-in: the user, who is told to every tab, or the Step that is left. */
  signedIn(answer: unknown): User | Step;
  /** The address of a path of the server. */
  url(path: string): string;
  /** A place to come back to as the server wants it; this page without `next`. */
  place(next?: string): string;
  /** A sign-in in a window of its own, from `addressOf(end)` to the place `end`. Call it straight from a click. */
  popup(addressOf: (end: string) => string): Promise<SessionState>;
}

/** What a feature adds to the client: `client.keys` is what the part `keys` answers. */
export type Part<T = unknown> = (core: Core) => T;

/** What the parts answer, by their names. Each feature declares its own. */
export interface Parts {}

/** Every part that there is: what a client has if nothing else is said. */
export const parts: { readonly [N in keyof Parts]: Part<Parts[N]> };

export interface ClientOptions {
  /** Where Flaskport is: "https://api.example.com". This page's origin by default. */
  baseUrl?: string;
}

export function createClient(options?: ClientOptions): Client;
export function createClient<P extends Record<string, Part>>(
  options: ClientOptions & { parts: P },
): Omit<Client, keyof Parts> & { readonly [N in keyof P]: ReturnType<P[N]> };
