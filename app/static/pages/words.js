/** Refusals in the words of people. A code that is not here comes with a message of the server, which is for people. */

const SENTENCES = {
  invalid_credentials: "The e-mail address or the password is not right.",
  wrong_password: "This is not your password.",
  email_taken: "There is already an account with this address.",
  last_admin: "This is the last admin. Make somebody else an admin first.",
  last_way_in: "Nothing else opens your account. Set a password or connect another account first.",
  role_above_yours: "This person's role may do more than yours.",
  too_many_keys: "You have as many keys as there can be. Revoke one first.",
  account_disabled: "This account is disabled.",
  permission_required: "Your role does not allow this.",
  role_required: "Your role does not allow this.",
  not_found: "This is not there any more.",
  missing_token: "You are signed out. Sign in again.",
  token_expired: "You are signed out. Sign in again.",
  token_revoked: "You are signed out. Sign in again.",
  csrf_failed: "This page is out of date. Load it again.",
  origin_not_allowed: "This address of the site may not do that. Open it at its usual address.",
  validation_failed: "Some fields are not right.",
  internal_error: "Something went wrong on our side. Try again in a while.",
  database_unavailable: "We cannot do this right now. Try again in a moment.",
  unexpected_answer: "We got an answer that we did not understand. Try again in a while.",
};
const UNREACHABLE = "The server cannot be reached. Check your connection and try again.";

/** What to tell somebody about an error of the client. */
export function sentence(error) {
  if (error?.name === "FlaskportError") return SENTENCES[error.code] ?? error.message;
  if (error instanceof TypeError) return UNREACHABLE; // what fetch throws
  return SENTENCES.internal_error;
}

/** What `?error=` says when a provider signed nobody in: docs/providers.md. */
const PROVIDER_SENTENCES = {
  access_denied: "The sign-in was cancelled.",
  sign_in_expired: "The sign-in took too long, or began in another window. Please try again.",
  account_exists:
    "There is already an account with this e-mail address. " +
    "Sign in to it here, then connect the other one on your account page.",
  email_missing: "We got no e-mail address to make an account with. Sign up here, then connect the other one.",
  account_disabled: "This account is disabled.",
  identity_unusable: "This account cannot be used here. Sign in another way.",
  identity_taken: "This already opens somebody else's account here, so it cannot be connected to yours.",
  session_ended: "You were signed out in the meantime. Sign in, then connect it again.",
  provider_policy: "This account is not among those that may sign in here.",
};

export function providerSentence(code) {
  // Own ones only: what stands in an address may also be the name of something that every object has.
  const known = Object.hasOwn(PROVIDER_SENTENCES, code) ? PROVIDER_SENTENCES[code] : null;
  return known ?? "The sign-in did not work. Please try again, or sign in another way.";
}
