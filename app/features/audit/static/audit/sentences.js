/** What happened, as people say it: a sentence for each kind of row, and who did it. */
import { t, told } from "../pages/texts.js";
import { moment } from "../pages/time.js";

const PASSWORD_WAYS = ["local", "basic"];
const FACTORS = { totp: "authenticator app", recovery_code: "recovery codes", email_code: "codes by mail" };
const SHORT = 24;
const TOO_MANY = "too_many_attempts";

const SENTENCES = {
  registered: () => t("The account was made."),
  registered_again: () => t("Somebody filled in the form to sign up with this address."),
  account_closed: () => t("The account was deleted."),
  sign_in_accepted: ({ strategy, methods = [] }) => {
    if (PASSWORD_WAYS.includes(strategy)) return t("Signed in with the password.");
    const way = told(FACTORS[strategy] ?? words(strategy));
    if (!methods.includes(PASSWORD_WAYS[0])) return t("Signed in: %(way)s.", { way });
    return t("Signed in with the password and a second factor: %(way)s.", { way });
  },
  sign_in_refused: ({ code, strategy }) => {
    if (code === TOO_MANY) return t("Attempts to sign in were refused, since there were too many.");
    if (PASSWORD_WAYS.includes(strategy)) return t("Somebody tried to sign in, and was refused.");
    return t("Somebody tried to sign in, and was refused: %(way)s.", { way: words(strategy) });
  },
  confirmation_refused: ({ code }) =>
    code === TOO_MANY
      ? t("Attempts to confirm who it is were refused, since there were too many.")
      : t("Somebody who was signed in could not confirm that it is really them."),
  session_ended: () => t("A device was signed out."),
  refresh_token_reused: () => t("A copy of a sign-in was used, so that device was signed out."),
  password_changed: ({ is_first: isFirst }) =>
    isFirst ? t("The account was given a password.") : t("The password was changed."),
  password_set: () => t("The password was set anew."),
  password_reset: () => t("The password was reset by a mail."),
  password_reset_sent: () => t("A mail to set a new password was sent."),
  email_changed: ({ taken_back: back }) => (back ? t("The e-mail address was taken back.") : t("The e-mail address was changed.")),
  email_verified: () => t("The e-mail address was confirmed."),
  email_unverified: () => t("The e-mail address counts as not confirmed."),
  account_reclaimed: () => t("Whoever reads the e-mail address took the account over. All that opened it is void."),
  account_secured: () => t("“This wasn’t me”: everybody was signed out, and all that opened the account is void."),
  factors_reset: () => t("All second factors were taken away."),
  credentials_changed: () => t("What opens the account was changed."),
  credential_added: (facts) => t("Added: %(what)s.", { what: credential(facts) }),
  credential_removed: (facts) => t("Removed: %(what)s.", { what: credential(facts) }),
  credential_used: (facts) => t("Used: %(what)s.", { what: credential(facts) }),
  language_chosen: () => t("Another language was chosen."),
  renamed: () => t("The name was changed."),
  role_changed: ({ before, after }) => t("The role was changed from %(before)s to %(after)s.", { before, after }),
  account_disabled: () => t("The account was disabled."),
  account_enabled: () => t("The account was opened again."),
  user_banned: ({ until }) => (until ? t("Banned until %(when)s.", { when: moment(until).textContent }) : t("Banned for good.")),
  user_unbanned: () => t("The ban was lifted."),
  invitation_accepted: () => t("An invitation was accepted."),
  personal_data_exported: () => t("All data of the account was downloaded."),
  impersonation_began: ({ until }) => t("Somebody began to act for this account, until %(when)s.", { when: moment(until).textContent }),
  impersonation_ended: () => t("Nobody acts for this account any more."),
  impersonation_left: () => t("Somebody who acted for another person came back to this account."),
  access_refused: ({ code }) => t("Something was refused: %(code)s.", { code: words(code) }),
};

/** "The password was changed." What nobody has words for is told as its general kind, or by its name. */
export function sentence({ kind, details }) {
  const tell = SENTENCES[kind] ?? SENTENCES[details.as];
  return tell ? tell(details) : t("Something happened: %(what)s.", { what: words(kind) });
}

/** Who did it, where it was not the owner. `name` is that of somebody else, if it may be told. */
export function whoever(by, name) {
  if (by === "other") return name ? t("by %(name)s", { name }) : t("by an administrator");
  return by === "operator" ? t("by whoever runs this site") : null;
}

/** "connected account (github)"; by what a key begins is too long to tell anybody anything. */
function credential({ credential: kind, label: which = "" }) {
  const what = told(kind ?? "");
  return which && which.length <= SHORT ? t("%(what)s (%(which)s)", { what, which }) : what;
}

const words = (name) => String(name).replaceAll("_", " ");
