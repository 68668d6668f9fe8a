/** Refusals in the words of people. A code that is not here comes with a message of the server, which is for people. */

/** app/pages/words.py says the same on the pages that the server writes; a test compares the two. */
const SENTENCES = {
  access_denied: "The sign-in was cancelled.",
  account_disabled: "This account is disabled.",
  account_exists:
    "There is already an account with this e-mail address. Sign in to it here, then connect " +
    "the other one on your account page.",
  bad_request: "We got a request that we could not read. Go back and try again.",
  body_too_large: "That is more than we can take.",
  browser_must_use_cookies: "This is for programs. Sign in on the sign-in page.",
  csrf_invalid: "This page is out of date. Load it again.",
  csrf_missing: "This page is out of date. Load it again.",
  database_unavailable: "We cannot do this right now. Try again in a moment.",
  email_missing: "We got no e-mail address to make an account with. Sign up here, then connect the other one.",
  email_taken: "There is already an account with this address.",
  fresh_required: "Confirm that it is still you, then try again.",
  identity_taken: "This already opens somebody else's account here, so it cannot be connected to yours.",
  identity_unusable: "This account cannot be used here. Sign in another way.",
  internal_error: "Something went wrong on our side. Try again in a while.",
  invalid_api_key: "This key is not good, or no more.",
  invalid_credentials: "The e-mail address or the password is not right.",
  invalid_json: "We got a request that we could not read. Go back and try again.",
  invalid_token: "You are signed out. Sign in again.",
  last_admin: "This is the last admin. Make somebody else an admin first.",
  last_way_in: "Nothing else opens your account. Set a password or connect another account first.",
  method_not_allowed: "The address is wrong, or what was here has gone.",
  next_not_allowed: "We were asked to send you on to a place that we do not know. Sign in here instead.",
  no_signing_key: "We cannot sign anybody in right now. Try again in a while.",
  not_authenticated: "Sign in to see this.",
  not_found: "This is not here, or not here any more.",
  not_ready: "We cannot do this right now. Try again in a moment.",
  origin_not_allowed: "This address of the site may not do that. Open it at its usual address.",
  permission_required: "Your role does not allow this. An admin can give you another.",
  provider_failed: "The site that you wanted to sign in with did not answer as it should. Try again in a while.",
  provider_policy: "This account is not among those that may sign in here.",
  provider_refused: "The other side ended the sign-in. Try again in a while, or sign in another way.",
  refresh_expired: "You are signed out. Sign in again.",
  role_above_yours: "This person's role may do more than yours.",
  role_required: "Your role does not allow this. An admin can give you another.",
  session_ended: "You were signed out. Sign in to go on where you were.",
  session_required: "This is for people who are signed in, not for keys.",
  sign_in_expired: "The sign-in took too long, or began in another window. Please try again.",
  token_expired: "You are signed out. Sign in again.",
  token_reused: "You are signed out, because an old copy of your session was used. Sign in again.",
  token_revoked: "You are signed out. Sign in again.",
  too_many_keys: "You have as many keys as there can be. Revoke one first.",
  unknown_provider: "Signing in that way is not possible here. Choose another one.",
  unsupported_media_type: "We got a request that we could not read. Go back and try again.",
  validation_failed: "Some fields are not right.",
  wrong_password: "This is not your password.",
};
const UNREACHABLE = "The server cannot be reached. Check your connection and try again.";
const OF_THE_CLIENT = {
  network_error: UNREACHABLE,
  unexpected_answer: "We got an answer that we did not understand. Try again in a while.",
};
/** After these somebody has to sign in again. */
const SIGNED_OUT = new Set([
  "invalid_token",
  "not_authenticated",
  "refresh_expired",
  "token_expired",
  "token_reused",
  "token_revoked",
]);

/** An error whose message is for people. */
export class Told extends Error {}

/** What to tell somebody about an error of the client. */
export function sentence(error) {
  if (error instanceof Told) return error.message;
  if (error?.name === "FlaskportError") return said(error.code) ?? error.message;
  if (error instanceof TypeError) return UNREACHABLE; // what fetch throws
  return SENTENCES.internal_error;
}

/** What `?error=` says when a provider signed nobody in (docs/providers.md), or when a session has ended. */
export function providerSentence(code) {
  return said(code) ?? "The sign-in did not work. Please try again, or sign in another way.";
}

export const isSignedOut = (error) => error?.name === "FlaskportError" && SIGNED_OUT.has(error.code);

/** Own ones only: what stands in an address may also be the name of something that every object has. */
function said(code) {
  return [SENTENCES, OF_THE_CLIENT].find((them) => Object.hasOwn(them, code))?.[code];
}
