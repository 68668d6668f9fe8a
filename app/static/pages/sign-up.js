/** /sign-up: makes the account, signs in to it, goes on. */
import { noticeSignedIn, signingIn } from "./already.js";
import { client } from "./client.js";
import { clone } from "./dom.js";
import { onSubmit } from "./form.js";
import { orStep, signIn, warnOfHttp } from "./kept.js";
import { carry, goOn, next } from "./next.js";
import { revealPasswords } from "./passwords.js";
import { sections as newAccounts } from "./slots/new-account.js";
import { sections as onNewPassword } from "./slots/new-password.js";
import { sections } from "./slots/sign-in.js";
import { t } from "./texts.js";
import { sentence, Told } from "./words.js";

const form = document.getElementById("sign-up");
let made = null; // the address that this page has made an account for

function emailTaken() {
  const copy = clone("email-taken");
  carry(copy);
  return copy;
}

/** What has been done is not done again: after it, only the sign-in is. */
async function register({ name, email, password }) {
  if (made === email) return;
  await orStep(() => client.register({ name: name.trim() || null, email, password }), next());
  made = email;
  form.querySelector("button[type=submit] span").textContent = t("Sign in");
}

async function enter({ email, password }) {
  try {
    await signIn({ email, password }, next());
  } catch (error) {
    const { code, retryAfter } = error;
    throw Object.assign(new Told(t("Your account is made, but signing in did not work. %(why)s", { why: sentence(error) })), { code, retryAfter });
  }
}

carry();
revealPasswords(form);
warnOfHttp(form);
const refusals = { email_taken: { field: "email", message: emailTaken } };
onSubmit(
  form,
  (fields) =>
    signingIn(async () => {
      await register(fields);
      await enter(fields);
      return goOn();
    }),
  { refusals },
);
for (const { default: start } of newAccounts) start({ form, refusals, done: goOn });
for (const { default: start } of sections) start({ remember: () => false });
const { email, name, password } = form.elements;
for (const { default: start } of onNewPassword) start(password, () => ({ email: email.value, name: name.value }));
noticeSignedIn();
