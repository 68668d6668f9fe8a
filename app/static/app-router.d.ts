// Written by `flask trpc types` from the procedures. Do not edit it: run that again.
// Needs the types of @trpc/server 11, a peer dependency of @trpc/client.

import type { TRPCBuiltRouter, TRPCMutationProcedure, TRPCQueryProcedure } from "@trpc/server";

// A time is a string, ISO 8601 in UTC. An integer beyond 2^53 - 1 and a decimal are strings as well.

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
  authenticated_at: string;
  created_at: string;
  expires_at: string;
  remember: boolean;
  methods: string[];
  assured_at: string | null;
}

export interface UserQuery {
  limit?: number;
  cursor?: string | null;
  q?: string | null;
  role?: "user" | "staff" | "admin" | null;
  status?: "active" | "disabled" | "banned" | null;
  second_factor?: "some" | "none" | "missing" | null;
}

export interface UserPage {
  items: ListedUser[];
  next_cursor: string | null;
}

export interface ListedUser {
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
  /** The second factors that they have set up. */
  factors: string[];
  /** Their role has to have a second factor, and they have none. */
  factor_missing: boolean;
}

export interface Ban {
  reason: string;
  since: string;
  /** null: for good. */
  until: string | null;
}

export interface RoleChange {
  id: string;
  role: "user" | "staff" | "admin";
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

export interface BanOfUser {
  /** The person is told, once they prove who they are. */
  reason: string;
  /** When it is over by itself; null: for good. */
  until?: string | null;
  id: string;
}

export interface UserRef {
  id: string;
}

export interface ResetOfUser {
  id: string;
}

export interface FactorsOfUserRef {
  id: string;
}

export interface FactorsOfUser {
  /** By REQUIRE_SECOND_FACTOR, of their role. */
  required: boolean;
  /** Those that they have set up. */
  methods: string[];
}

export interface SecondFactorDuty {
  /** By REQUIRE_SECOND_FACTOR, of your role. */
  required: boolean;
  /** Those that you have set up; none where they are not enough. */
  methods: string[];
  /** How long you may go on without one; null: not at all, or nothing is asked of you. */
  until: string | null;
}

export interface AuditQuery {
  limit?: number;
  /** ``next_cursor`` of the page before. */
  cursor?: string | null;
  /** Whose account it is about. */
  user?: string | null;
  /** Who did it. */
  actor?: string | null;
  session?: string | null;
  /** A ``request_id``. */
  request?: string | null;
  kind?: string | null;
  accepted?: boolean | null;
  since?: string | null;
  until?: string | null;
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

export interface PageQuery {
  limit?: number;
  cursor?: string | null;
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

export interface Proof {
  /** One of those that GET /auth/confirm answers. */
  method?: string;
  /** Of the method password. */
  password?: string;
  /** Of methods that are codes, such as totp, or recovery_code. */
  code?: string;
  /** Of the method passkey: what `navigator.credentials` answered, by its `toJSON()`. */
  credential?: Record<string, unknown>;
}

export interface Address {
  email: string;
}

export interface InvitationQuery {
  limit?: number;
  cursor?: string | null;
  status?: "open" | "accepted" | "revoked" | "expired" | null;
}

export interface Invitations {
  items: Invitation[];
  next_cursor: string | null;
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

export interface NewInvitation {
  email: string;
  role: "user" | "staff" | "admin";
  /** For how long it is good; INVITATION_DAYS by default. */
  days?: number | null;
}

export interface InvitationSentAgain {
  id: string;
  /** For how long it is good; INVITATION_DAYS by default. */
  days?: number | null;
}

export interface InvitationRef {
  id: string;
}

export interface NoticeWish {
  kind: string;
  /** What such a mail is, for people. */
  about: string;
  wanted: boolean;
}

export interface WishChange {
  kind: string;
  wanted: boolean;
}

export interface Passkeys {
  items: Passkey[];
  /** The domain that they belong to. */
  rp_id: string;
  /** What authenticators know the caller by; base64url. */
  user_handle: string | null;
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

export interface AddPasskey {
  /** For `mediation: "conditional"`: the browser may make one without asking anybody. */
  quietly?: boolean;
}

export interface PasskeyOptions {
  /** For `navigator.credentials`, as WebAuthn Level 3 writes it in JSON. */
  options: Record<string, unknown>;
  /** Seconds that the challenge is good for. */
  expires_in: number;
}

export interface NewPasskey {
  name: string;
  /** What `navigator.credentials` answered, by its `toJSON()`. */
  credential: Record<string, unknown>;
}

export interface PasskeyName {
  id: string;
  name: string;
}

export interface PasskeyRef {
  id: string;
}

export interface PasskeyProof {
  /** What `navigator.credentials` answered, by its `toJSON()`. */
  credential: Record<string, unknown>;
}

export interface PostPage {
  items: Post[];
  next_cursor: string | null;
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

export interface PostRef {
  id: string;
}

export interface NewPost {
  title: string;
  body: string;
  is_draft?: boolean;
}

export interface PostChanges {
  id: string;
  title?: string;
  body?: string;
  is_draft?: boolean;
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

export interface FactorCode {
  /** Good once. Blanks and hyphens do not matter. */
  code: string;
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

export interface TrustedDevices {
  items: TrustedDevice[];
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

export interface TrustedDeviceRef {
  id: string;
}

/** What is in an access token. A browser's script sees none: they are in cookies that it cannot read. */
export interface AccessTokenPayload {
  sub?: string;
  email?: string;
  role?: string;
  iat?: number;
  exp?: number;
  jti?: string;
  sid?: string;
  type?: string;
  iss?: string;
  aud?: string;
  csrf?: string;
  amr?: string[];
  acr?: string;
  auth_time?: number;
  act?: Record<string, string>;
  cookie_mode?: string;
  fresh?: boolean;
}

/** Every code of an error: `code` in REST, `err.data.reason` here. */
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

/** tRPC's own names: `err.data.code`. */
export type RpcErrorName =
  | "PARSE_ERROR"
  | "BAD_REQUEST"
  | "UNAUTHORIZED"
  | "PAYMENT_REQUIRED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "METHOD_NOT_SUPPORTED"
  | "TIMEOUT"
  | "CONFLICT"
  | "PRECONDITION_FAILED"
  | "PAYLOAD_TOO_LARGE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "UNPROCESSABLE_CONTENT"
  | "PRECONDITION_REQUIRED"
  | "TOO_MANY_REQUESTS"
  | "CLIENT_CLOSED_REQUEST"
  | "INTERNAL_SERVER_ERROR"
  | "NOT_IMPLEMENTED"
  | "BAD_GATEWAY"
  | "SERVICE_UNAVAILABLE"
  | "GATEWAY_TIMEOUT";

/** `err.data` of a TRPCClientError. Look at `code`, not at the HTTP status: that of a mixed batch is 207. */
export interface RpcErrorData {
  code: RpcErrorName;
  httpStatus: number;
  /** Of the call; absent where the whole request was refused. */
  path?: string;
  /** Why, for programs. "csrf": the X-CSRF-TOKEN header is missing or wrong. */
  reason?: ErrorCode | "csrf";
  /** Leads to the lines of the server's log. */
  requestId: string;
  /** What is wrong, by field. */
  fields?: Record<string, unknown>;
  /** What a client needs to go on, where `reason` says so. */
  facts?: Record<string, unknown>;
}

export interface RpcErrorShape {
  message: string;
  code: number;
  data: RpcErrorData;
}

type Query<Input, Output> = TRPCQueryProcedure<{ input: Input; output: Output; meta: object }>;
type Mutation<Input, Output> = TRPCMutationProcedure<{ input: Input; output: Output; meta: object }>;

export type AppRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: RpcErrorShape; transformer: false },
  {
    admin: {
      /** The users, oldest first, and who has which second factors. */
      users: Query<UserQuery | void, UserPage>;
      /** Give somebody another role: it holds from their next call on. Whoever has a second factor shows it before. */
      setRole: Mutation<RoleChange, ManagedUser>;
      /** Keep somebody out from their next call on, until a moment or for good. Asks as `setRole` does. */
      ban: Mutation<BanOfUser, ManagedUser>;
      /** Lift a ban before its end. */
      unban: Mutation<UserRef, ManagedUser>;
      /** Mail somebody a link with which they set a new password. */
      sendPasswordReset: Mutation<ResetOfUser, void>;
      /** Which second factors a user has, and whether they have to have one. */
      secondFactors: Query<FactorsOfUserRef, FactorsOfUser>;
      /** Take away every second factor of a user who has lost theirs, and end their sessions. */
      resetFactors: Mutation<FactorsOfUserRef, void>;
    };
    assurance: {
      /** Do you have to have a second factor, and by when? Where it is due, all else is refused. */
      duty: Query<void, SecondFactorDuty>;
    };
    audit: {
      /** What happened and what was refused, the newest first. */
      list: Query<AuditQuery | void, AuditPage>;
      /** What happened to your account, and who was refused at its door, the newest first. */
      own: Query<PageQuery | void, ActivityPage>;
    };
    auth: {
      /** Who is signed in, or null: never UNAUTHORIZED. */
      whoami: Query<void, User | null>;
      /** Prove it is still you, by the password or another of your methods: the session is fresh then. */
      confirm: Mutation<Proof | void, void>;
      /** Mail another link and code. The answer is the same whatever the address is. */
      resendVerification: Mutation<Address, void>;
    };
    invitation: {
      /** Who was invited, the latest first. */
      list: Query<InvitationQuery | void, Invitations>;
      /** Invite somebody by mail. Whoever has a second factor shows it to give another role than that of everybody. */
      create: Mutation<NewInvitation, Invitation>;
      /** Mail another link. */
      resend: Mutation<InvitationSentAgain, Invitation>;
      /** Take an invitation back. */
      revoke: Mutation<InvitationRef, void>;
    };
    notice: {
      /** The kinds of mails that you can switch off, and whether you want them. */
      list: Query<void, NoticeWish[]>;
      /** Switch a kind of mail on or off. Those about your account's safety cannot be. */
      change: Mutation<WishChange, NoticeWish[]>;
    };
    passkey: {
      /** Your passkeys, the latest first, and what a browser wants to know to forget others. */
      list: Query<void, Passkeys>;
      /** What the browser makes a passkey with. The cookie of the answer is how it is known again. */
      addOptions: Mutation<AddPasskey | void, PasskeyOptions>;
      /** Let the passkey that the browser has made open your account. */
      add: Mutation<NewPasskey, Passkey>;
      /** Call your passkey something else. */
      rename: Mutation<PasskeyName, Passkey>;
      /** Let a passkey open your account no more. */
      remove: Mutation<PasskeyRef, void>;
      /** What the browser asks for a passkey of yours with, to confirm that it is still you. */
      verifyOptions: Mutation<void, PasskeyOptions>;
      /** Prove it is still you: the session is fresh then, and has shown a second factor. */
      verify: Mutation<PasskeyProof, void>;
    };
    post: {
      /** Public posts, and your own drafts when you are signed in; the newest first. */
      list: Query<PageQuery | void, PostPage>;
      /** One post. Someone else's draft is NOT_FOUND. */
      byId: Query<PostRef, Post>;
      create: Mutation<NewPost, Post>;
      /** Change your post; with `posts:moderate` any post. */
      update: Mutation<PostChanges, Post>;
      /** Delete your post; with `posts:moderate` any post. */
      delete: Mutation<PostRef, void>;
    };
    recoveryCode: {
      /** How many recovery codes do you have left? */
      left: Query<void, RecoveryCodes>;
      /** Make a set of ten, in the place of the one before. Only this answer shows them. */
      renew: Mutation<void, RecoveryCodesMade>;
      /** Prove it is still you, by a code: the session is fresh then, and has shown a second factor. */
      verify: Mutation<FactorCode, void>;
    };
    totp: {
      /** Do you have an authenticator app, and since when? */
      state: Query<void, Totp>;
      /** Set up an app, or another one in its place: `totp.confirm` turns it on. */
      begin: Mutation<void, TotpBegun>;
      /** Turn on the app that was set up, by a code that it shows. */
      confirm: Mutation<FactorCode, void>;
      /** Remove the app: it is asked for no more. */
      remove: Mutation<void, void>;
      /** Prove it is still you, by a code: the session is fresh then, and has shown a second factor. */
      verify: Mutation<FactorCode, void>;
    };
    trustedDevice: {
      /** The browsers in which you are not asked for your second factor, the latest first. */
      list: Query<void, TrustedDevices>;
      /** Ask for the second factor there again. */
      revoke: Mutation<TrustedDeviceRef, void>;
      /** Ask for the second factor everywhere again. */
      revokeAll: Mutation<void, void>;
    };
  }
>;
