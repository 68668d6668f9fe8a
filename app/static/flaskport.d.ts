/** Types of flaskport.js: docs/browser.md. Written by `flask types`. Do not edit it: run that again. */

// A time is a string, ISO 8601 in UTC.

export interface User {
  id: string;
  email: string;
  name: string | null;
  /** One of: user, staff, admin. */
  role: string;
  /** Chosen for pages and mails; null: as the browser says. */
  language: string | null;
  email_verified_at: string | null;
  created_at: string;
}

export interface Session {
  id: string;
  created_at: string;
  authenticated_at: string;
  expires_at: string;
  remember: boolean;
  /** The strategies that were passed. */
  methods: string[];
  /** When a second factor was shown last, if ever. */
  assured_at: string | null;
}

export interface Device {
  id: string;
  created_at: string;
  authenticated_at: string;
  expires_at: string;
  remember: boolean;
  last_seen_at: string;
  user_agent: string;
  address: string;
  /** Somebody who looks after the users acts for its owner in it. */
  by_another: boolean;
  current: boolean;
}

export interface ManagedUser {
  id: string;
  email: string;
  name: string | null;
  /** One of: user, staff, admin. */
  role: string;
  /** Chosen for pages and mails; null: as the browser says. */
  language: string | null;
  email_verified_at: string | null;
  created_at: string;
  /** Whether they may come in: neither disabled nor banned. */
  is_active: boolean;
  status: "active" | "disabled" | "banned";
  /** What keeps them out at this moment; null once it is over. */
  ban: Ban | null;
  last_sign_in_at: string | null;
  /** Their owner has deleted the account, which goes then, unless they sign in before. */
  erase_at: string | null;
}

export interface Ban {
  reason: string;
  since: string;
  /** null: for good. */
  until: string | null;
}

export interface Key {
  id: string;
  name: string;
  scopes: string[];
  created_at: string;
  expires_at: string | null;
  /** To the minute. */
  last_used_at: string | null;
  /** How the key's text begins. */
  hint: string;
}

export interface KeyShownOnce {
  id: string;
  name: string;
  scopes: string[];
  created_at: string;
  expires_at: string | null;
  /** To the minute. */
  last_used_at: string | null;
  /** How the key's text begins. */
  hint: string;
  /** The key itself, which is never shown again. */
  key: string;
}

export interface Post {
  id: string;
  owner_id: string;
  title: string;
  body: string;
  is_draft: boolean;
  created_at: string;
  updated_at: string;
}

export interface Passkey {
  id: string;
  name: string;
  credential_id: string;
  /** It was on more than one device, the last time that it was used. */
  synced: boolean;
  /** false: it never leaves its device. */
  can_sync: boolean;
  /** The authenticator's model, by its own word. */
  aaguid: string;
  created_at: string;
  last_used_at: string | null;
}

export interface Passkeys {
  items: Passkey[];
  /** The domain that they belong to. */
  rp_id: string;
  /** What authenticators know the caller by; base64url. */
  user_handle: string | null;
}

export interface PasskeyOptions {
  /** For `navigator.credentials`, as WebAuthn Level 3 writes it in JSON. */
  options: Record<string, unknown>;
  /** Seconds that the challenge is good for. */
  expires_in: number;
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

export interface Identities {
  items: Identity[];
  has_password: boolean;
}

export interface Invitation {
  id: string;
  email: string;
  /** One of: user, staff, admin. */
  role: string;
  status: "open" | "accepted" | "revoked" | "expired";
  /** null: an operator, by the command line. */
  invited_by: string | null;
  created_at: string;
  expires_at: string;
  accepted_at: string | null;
  accepted_by: string | null;
  revoked_at: string | null;
}

export interface Invitations {
  items: Invitation[];
  next_cursor: string | null;
}

export interface OwnInvitation {
  email: string;
  /** One of: user, staff, admin. */
  role: string;
  /** The name of whoever invites, if they have said one. */
  invited_by: string | null;
  expires_at: string;
  /** The address has an account: sign in to it, then claim the role. */
  has_account: boolean;
}

export interface PasswordStrength {
  /** 4 is the best. */
  score: number;
  /** The same in a word. */
  word: "Very weak" | "Weak" | "Fair" | "Good" | "Strong";
  /** Why it would be refused. None: it would not, unless it is found in a leak. */
  reasons: PasswordReason[];
}

export interface PasswordReason {
  /** Stable: docs/passwords.md. */
  code: string;
  /** For people. */
  message: string;
}

export interface EmailVerified {
  /** Who is signed in now; null: nobody. */
  user: User | null;
  /** Seconds, where somebody was signed in by this. */
  expires_in?: number;
  /** After `afresh`: sets a new password, on /reset-password. */
  reset_token?: string;
}

export interface SecondFactorDuty {
  /** By REQUIRE_SECOND_FACTOR, of your role. */
  required: boolean;
  /** Those that you have set up; none where they are not enough. */
  methods: string[];
  /** How long you may go on without one; null: not at all, or nothing is asked of you. */
  until: string | null;
}

export interface Totp {
  /** Since when there is an app; null: there is none. */
  confirmed_at: string | null;
}

export interface TotpBegun {
  /** For typing: base32. */
  secret: string;
  /** otpauth://… for the app. */
  uri: string;
  /** The same as a QR code. */
  qr: Picture;
  /** Seconds until it has to be confirmed. */
  expires_in: number;
}

export interface Picture {
  /** Modules of one side, with the light border. */
  size: number;
  /** The `d` of an SVG path: what is dark. */
  path: string;
}

export interface EmailCode {
  /** Since when it is on; null: it is off. */
  since: string | null;
  /** Is it asked for? Not while something stronger is, or the address is not verified. */
  offered: boolean;
}

export interface CodeMailed {
  /** Seconds that the code is good for, at most. */
  expires_in: number;
}

export interface RecoveryCodes {
  /** Is there another factor, whose place they take? */
  available: boolean;
  /** How many are left. */
  count: number;
  /** null: there are none. */
  made_at: string | null;
}

export interface RecoveryCodesMade {
  codes: string[];
}

export interface TrustedDevice {
  id: string;
  user_agent: string;
  created_at: string;
  /** null: not yet. */
  last_used_at: string | null;
  expires_at: string;
  /** It is the browser that asks. */
  current: boolean;
}

export interface NoticeWish {
  kind: string;
  /** What such a mail is, for people. */
  about: string;
  wanted: boolean;
}

export interface WantedEmail {
  email: string;
  created_at: string;
  expires_at: string;
}

export interface PersonalData {
  exported_at: string;
  /** By the names of the tables. No passwords, and nothing that lets anybody in. */
  data: Record<string, Record<string, unknown>[]>;
}

export interface AuditPage {
  items: AuditRow[];
  next_cursor: string | null;
}

export interface AuditRow {
  id: string;
  at: string;
  /** Snake case of the event: ``sign_in_accepted``. docs/audit.md lists them. */
  kind: string;
  /** false: it was refused, or only tried. */
  accepted: boolean;
  /** Whose account it is about. */
  user_id: string | null;
  /** Who did it. */
  actor_id: string | null;
  /** The actor, as seen from the account: ``owner``, ``other``, ``operator``; null: not known. */
  by: string | null;
  session_id: string | null;
  request_id: string | null;
  /** null: none, or blanked. */
  address: string | null;
  client: string | null;
  details: Record<string, unknown>;
  chain: number;
  /** Its place in the chain. */
  seq: number;
  mac: string;
}

export interface ActivityPage {
  items: Activity[];
  next_cursor: string | null;
}

export interface Activity {
  id: string;
  at: string;
  /** Snake case of the event: ``sign_in_accepted``. docs/audit.md lists them. */
  kind: string;
  accepted: boolean;
  /** The actor, as seen from the account: ``owner``, ``other``, ``operator``; null: not known. */
  by: string | null;
  /** Of the owner, or whoever was at the door. */
  address: string | null;
  client: string | null;
  details: Record<string, unknown>;
}

/** The `code` of an answer. */
export type ErrorCode =
  /** Signing in was cancelled at the provider. */
  | "access_denied"
  /** The proof was right, and the account is banned: facts has `reason`, and `until`, or null for good. */
  | "account_banned"
  /** This account is disabled. */
  | "account_disabled"
  /** There is an account with this address: sign in to it first, then connect the provider. */
  | "account_exists"
  /** The account was deleted a moment ago. */
  | "account_gone"
  /** No account can be made with the address that the provider gave. */
  | "address_refused"
  /** Two factors are needed: `facts.methods` are those that the person has, and `facts.within` for how many minutes they count, or null. Where there are none, one has to be set up first. */
  | "assurance_required"
  /** The request could not be read. */
  | "bad_request"
  /** The body is over 1 MiB. */
  | "body_too_large"
  /** This is for programs: browsers sign in with POST /auth/login and keep cookies. */
  | "browser_must_use_cookies"
  /** Too much is going on here at the moment. Nothing was done: try again. */
  | "busy"
  /** Too much was tried from this network. facts holds a challenge; its answer goes into X-Challenge. */
  | "challenge_required"
  /** The service that checks answers to challenges does not answer as it should. Try again in a while. */
  | "challenge_unavailable"
  /** Somebody else has changed this meanwhile. Look again. */
  | "changed_meanwhile"
  /** X-CSRF-TOKEN is not the value of the CSRF cookie of this session. */
  | "csrf_invalid"
  /** A request that changes something with a cookie repeats the CSRF cookie in X-CSRF-TOKEN. */
  | "csrf_missing"
  /** The database does not answer right now, or is not migrated. Try again. */
  | "database_unavailable"
  /** The provider gave no address: sign in another way first, then connect it. */
  | "email_missing"
  /** There is already an account with this address. */
  | "email_taken"
  /** The server does not do what Expect asks for. */
  | "expectation_failed"
  /** Known, but this is not yours to change. */
  | "forbidden"
  /** Confirm your password first: POST /auth/confirm. */
  | "fresh_required"
  /** The headers are longer than this server reads; the cookies, perhaps. */
  | "headers_too_large"
  /** This account at the provider opens another account already. */
  | "identity_taken"
  /** The provider's name for this person cannot be kept. */
  | "identity_unusable"
  /** The session is another person's who acts for its user. What is not opened to them changes nothing. */
  | "impersonating"
  /** Something went wrong on the server's side. The request_id leads to its log. */
  | "internal_error"
  /** The API key is malformed, unknown, revoked or expired. */
  | "invalid_api_key"
  /** Address and password do not belong together. */
  | "invalid_credentials"
  /** The body is not JSON. */
  | "invalid_json"
  /** The token is not one of ours, or not for this. */
  | "invalid_token"
  /** Accounts are made by invitation. */
  | "invitation_required"
  /** This is the last admin. Make another one first. */
  | "last_admin"
  /** This account has to have a second factor, and this is the last one. Set up another first. */
  | "last_second_factor"
  /** Nothing else opens this account. Set a password or connect another provider first. */
  | "last_way_in"
  /** The body has to come with its length, not in chunks. */
  | "length_required"
  /** This link was used already, replaced by a newer one, or is too old. Ask for another. */
  | "link_over"
  /** This server sends no mails: MAIL_URL is not set. */
  | "mail_not_set_up"
  /** This path does not know this method; Allow lists those that it knows. */
  | "method_not_allowed"
  /** Metrics are for whoever sends METRICS_TOKEN as a bearer token. */
  | "metrics_token_required"
  /** next is neither a path of this server nor an address on a listed origin. */
  | "next_not_allowed"
  /** There is no second factor whose place a code could take. Set one up first. */
  | "no_second_factor"
  /** The server has no key to sign tokens with. */
  | "no_signing_key"
  /** Sign in first. */
  | "not_authenticated"
  /** Nothing is here, or nothing that the caller may know of. */
  | "not_found"
  /** The server does not know this transfer coding. */
  | "not_implemented"
  /** The database is not migrated, or takes no writes. */
  | "not_ready"
  /** Nobody acts for an admin, or for themselves. */
  | "not_to_be_impersonated"
  /** The address is not verified yet: open the link that was mailed to it, then send the step again. */
  | "not_verified_yet"
  /** The account was set up in another browser, maybe by somebody else. Send its password; or afresh, to void what is in it. The link stays good. */
  | "not_your_browser"
  /** This invitation is for another address than yours. */
  | "not_your_invitation"
  /** The page that sent this is of another origin than PUBLIC_URL and those in CORS_ORIGINS. */
  | "origin_not_allowed"
  /** This belongs to a change that another account has asked for. It is still good. */
  | "other_account"
  /** This link was asked for in another browser. Show the person the facts, and send confirm if they want to go on. */
  | "other_browser"
  /** This is your own account: close it at DELETE /api/profile, which asks whether it is you. */
  | "own_account"
  /** This authenticator's key is there already. */
  | "passkey_exists"
  /** This proves nothing: it is no answer to a challenge that this browser was given, or of no passkey here. */
  | "passkey_refused"
  /** There is no such passkey, or not any more. */
  | "passkey_unknown"
  /** Passwords sign nobody in here: MAGIC_LINK=only. POST /auth/magic-link has a link mailed. */
  | "passwords_off"
  /** The role lacks a permission; errors names it. */
  | "permission_required"
  /** Nothing is fetched in advance here. */
  | "prefetch_refused"
  /** The identity provider did not answer as it should. Try again in a while. */
  | "provider_failed"
  /** The provider says that this account may not sign in here. */
  | "provider_policy"
  /** The provider ended the sign-in. Try again in a while. */
  | "provider_refused"
  /** The refresh token has expired. Sign in again. */
  | "refresh_expired"
  /** Nobody can make an account by themselves. */
  | "registration_closed"
  /** The file has no such range. */
  | "requested_range_not_satisfiable"
  /** This role may do more than yours. */
  | "role_above_yours"
  /** Another role is needed; errors names it. */
  | "role_required"
  /** This does not prove the second factor: it is wrong, too old, or was used before. The session goes on. */
  | "second_factor_refused"
  /** This account has to have a second factor, and has none. Set one up first. */
  | "second_factor_required"
  /** The session that began this has ended. Sign in again. */
  | "session_ended"
  /** Only a signed-in session may do this, not a key. */
  | "session_required"
  /** No app is being set up, or that took too long. Begin again with POST /auth/totp. */
  | "setup_over"
  /** This sign-in took too long or began elsewhere. Start again. */
  | "sign_in_expired"
  /** The access token has expired. POST /auth/refresh, then try again. */
  | "token_expired"
  /** A refresh token that was replaced long ago came back: the session is ended. Sign in again. */
  | "token_reused"
  /** The session has ended, or the account is disabled. Sign in again. */
  | "token_revoked"
  /** Too many attempts. Retry-After says for how many seconds none is looked at, right or wrong. */
  | "too_many_attempts"
  /** This account's data was exported several times just now. Retry-After says for how many seconds it is not. */
  | "too_many_exports"
  /** There are as many keys as there may be. Revoke one first. */
  | "too_many_keys"
  /** There are as many passkeys as there may be. Remove one first. */
  | "too_many_passkeys"
  /** Too many passwords were asked about from this network. Retry-After says for how many seconds none is looked at. */
  | "too_many_questions"
  /** This provider is not switched on. GET /auth/providers lists those that are. */
  | "unknown_provider"
  /** The body must be sent as Content-Type: application/json. */
  | "unsupported_media_type"
  /** The address is longer than this server reads. */
  | "uri_too_long"
  /** Some fields are not right; errors says which, by field. */
  | "validation_failed"
  /** This code is wrong or too old, or was asked for in another browser. */
  | "wrong_code"
  /** This is not the code that was mailed for this sign-in: it is wrong, too old, or was used before. */
  | "wrong_device_code"
  /** This is not the caller's password. The session goes on. */
  | "wrong_password"
  /** This does not prove the second factor: it is wrong, too old, or was used before. */
  | "wrong_second_factor";

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

export interface Parts {
  readonly keys: {
    list(): Promise<Key[]>;
    /** `key` in the answer is shown this once. `expires_in_days: null` for a key that never expires. */
    create(fields: { name: string; scopes?: string[]; expires_in_days?: number | null }): Promise<KeyShownOnce>;
    revoke(id: string): Promise<void>;
  };
}

export interface Parts {
  /**
   * Takes the step that a sign-in waits for. `path` is the view of what is shown, `proof` what that view asks for besides
   * the token. Every tab is told who is signed in then. A Step again, where one more is left.
   */
  finish(step: Pick<Step, "token">, path: string, proof: Record<string, unknown>): Promise<User | Step>;
  /** Does one have to have a second factor, and by when? */
  secondFactorDuty(): Promise<SecondFactorDuty>;
}

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

/** What a server asks that takes somebody for a robot: `provider` says of what kind the rest is. */
export interface Challenge {
  readonly provider: string;
  readonly [fact: string]: unknown;
}

export interface Parts {
  readonly challenges: {
    /** Solve challenges of this provider yourself. No answer: the request stays refused. */
    solveWith(provider: string, solve: (challenge: Challenge) => Promise<string | undefined>): void;
    /** Tells when one is being solved, and when that is over. Returns how to stop it. */
    onSolving(listener: (solving: boolean) => void): () => void;
  };
}

export interface Parts {
  readonly emailChange: {
    /** What waits to be proved. */
    pending(): Promise<WantedEmail | null>;
    /** Mails a link and a code there. Needs a fresh session (`fresh_required`). The same if somebody has the address. */
    begin(email: string): Promise<WantedEmail>;
    cancel(): Promise<void>;
    /** By the link's token, or by the code in the browser that asked. Tells every tab of the new address. */
    confirm(proof: { token: string } | { code: string }): Promise<User>;
    /** From the old mailbox: takes the address back, and answers what a new password is set with. */
    undo(token: string): Promise<string>;
  };
}

export interface Parts {
  /** Where EMAIL_CODE is on. */
  readonly emailCode: {
    state(): Promise<EmailCode>;
    /** Has a first code mailed, which `confirm` turns it on with. */
    begin(): Promise<CodeMailed>;
    confirm(code: string): Promise<void>;
    /** Asks for a second factor before: 403 `assurance_required`. */
    remove(): Promise<void>;
    /** Has a code mailed for `verify`; where one was mailed already, only `again`. */
    mail(options?: { again?: boolean }): Promise<CodeMailed>;
    /** The same for a sign-in that waits: `client.finish(step, "auth/email-code/step", { code })` takes it. */
    mailForStep(step: Pick<Step, "token">, options?: { again?: boolean }): Promise<CodeMailed>;
    /** Opens what answers 403 `assurance_required`, and `fresh_required`. */
    verify(code: string): Promise<void>;
  };
}

export interface Parts {
  readonly emailVerification: {
    /**
     * By the link's `token`, or by the `code` in the browser that asked for the mail. Where the account was set up
     * elsewhere this throws `not_your_browser`: then once more, with its `password`, or with `afresh`, which voids what
     * is in the account and answers a `reset_token`. `step` is the token of a sign-in that waits for this. `user` is who
     * is signed in now. The answer is a Step where something else is left to sign in.
     */
    verify(fields: {
      token?: string;
      code?: string;
      password?: string;
      afresh?: boolean;
      step?: string;
    }): Promise<EmailVerified | Step>;
    /** Another mail, which voids those before. The answer says nothing about the address. */
    resend(fields: { email: string; step?: string }): Promise<void>;
  };
}

export interface Parts {
  readonly impersonation: {
    /** Act for a user, where IMPERSONATION is on. It needs a second factor that was shown lately. Answers the user. */
    begin(id: string, fields: { reason: string; minutes?: number }): Promise<User>;
    /** End it. Answers who is signed in then: you, or nobody. */
    end(): Promise<User | null>;
  };
}

export interface Parts {
  /** Who may make an account by themselves. */
  registration(): Promise<"open" | "invite" | "closed">;

  readonly invitations: {
    list(query?: { status?: Invitation["status"]; cursor?: string; limit?: number }): Promise<Invitations>;
    create(fields: { email: string; role: string; days?: number }): Promise<Invitation>;
    resend(id: string, fields?: { days?: number }): Promise<Invitation>;
    revoke(id: string): Promise<void>;
    /** What the link with this token is for. Nothing is used up. */
    look(token: string): Promise<OwnInvitation>;
    /** Makes the account and signs in to it. A Step where one is left. */
    accept(fields: { token: string; password: string; name?: string | null }): Promise<User | Step>;
    /** Takes the role of an invitation to the address of whoever is signed in. */
    claim(token: string): Promise<User>;
  };
}

export interface MailAsked {
  /** Seconds that the link is good for. */
  readonly expires_in: number;
  readonly code_expires_in: number;
}

export type MagicLinkProof = { code: string } | { token: string; confirm?: boolean };

export interface Parts {
  readonly magicLink: {
    /** Has a link and a code mailed, if the address has an account. `next` is where the link's page goes on to. */
    ask(fields: { email: string; remember?: boolean; next?: string }): Promise<MailAsked>;
    /** Signs in, or answers the Step that is left. Throws `other_browser`, with facts, where the link takes `confirm`. */
    finish(proof: MagicLinkProof & { remember?: boolean | null }): Promise<User | Step>;
    /** Has a code mailed to whoever is signed in. */
    askToConfirm(): Promise<MailAsked>;
    /** Opens what answers 403 `fresh_required`, by that code. */
    confirm(code: string): Promise<void>;
  };
}

export interface Parts {
  readonly notices: {
    /** The kinds of mails that one can switch off. */
    list(): Promise<NoticeWish[]>;
    change(kind: string, wanted: boolean): Promise<NoticeWish[]>;
    /** "This wasn't me", by the token of a notice's link. Answers that for a new password, or null. */
    notMe(token: string): Promise<string | null>;
  };
}

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

export interface Parts {
  readonly passwords: {
    /** For a meter, while somebody types: ask once they pause. Nothing is kept. `reasons` is empty for a good one. */
    strength(fields: { password: string; email?: string; name?: string | null }): Promise<PasswordStrength>;
  };
}

export interface Parts {
  readonly passwordReset: {
    /** Mails a link and a code to whoever has this address. The answer is the same if nobody has. */
    request(email: string): Promise<{ expires_in: number; code_expires_in: number }>;
    /** Whose password the link sets, while it is good: `link_over` is thrown where it is not. */
    look(token: string): Promise<{ email: string }>;
    /**
     * Sets the new password. `token` is what follows `#token=` in the link; the code works in the browser that asked.
     * It signs nobody in: `signIn` comes next.
     */
    finish(fields: { token: string; password: string } | { code: string; password: string }): Promise<void>;
    /** For `users:write`: mails somebody the link. */
    sendTo(userId: string): Promise<void>;
  };
}

export interface Parts {
  readonly personalData: {
    /** All that is held of whoever is signed in, by the names of the tables. It needs a fresh session. */
    export(): Promise<PersonalData>;
  };
}

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

export interface Parts {
  readonly recoveryCodes: {
    state(): Promise<RecoveryCodes>;
    /** Ten new ones, in the place of those before. They are shown this once. */
    renew(): Promise<string[]>;
    /** Opens what answers 403 `assurance_required`, and `fresh_required`. The code is used up. */
    verify(code: string): Promise<void>;
  };
}

export interface Parts {
  readonly totp: {
    state(): Promise<Totp>;
    /** Sets an app up, which `confirm` turns on. The answer is shown this once. */
    begin(): Promise<TotpBegun>;
    confirm(code: string): Promise<void>;
    /** Asks for a second factor before: 403 `assurance_required`. */
    remove(): Promise<void>;
    /** Opens what answers 403 `assurance_required`, and `fresh_required`. */
    verify(code: string): Promise<void>;
  };
}

export interface Parts {
  readonly trustedDevices: {
    list(): Promise<TrustedDevice[]>;
    /** Ask for no second factor in this browser. It has to have been shown minutes ago. */
    trust(): Promise<void>;
    revoke(id: string): Promise<void>;
    revokeAll(): Promise<void>;
  };
}

export interface Parts {
  /** Where UNKNOWN_DEVICE_CODE is on: `client.finish(step, "auth/unknown-device", { code })` takes the step. */
  readonly unknownDevice: {
    /** Has a code mailed for a sign-in that waits; where one was mailed already, only `again`. */
    mail(step: Pick<Step, "token">, options?: { again?: boolean }): Promise<{ expires_in: number }>;
  };
}
