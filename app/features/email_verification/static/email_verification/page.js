/** /verify: the link of the mail, its code, and whose an account is that was made elsewhere. Each waits for a press. */
import { client } from "../pages/client.js";
import { focusOn, notify, scriptRuns, takeToken } from "../pages/dom.js";
import { onPress, onSubmit } from "../pages/form.js";
import { orStep } from "../pages/kept.js";
import { carry, goOn, next } from "../pages/next.js";
import { revealPasswords } from "../pages/passwords.js";
import { t } from "../pages/texts.js";

const query = new URLSearchParams(location.search);
const KEPT = "flaskport verification"; // for the way back from signing in, which leads to this page without the link
const token = takeToken() ?? kept();
const step = query.get("token") ?? undefined;
const tabs = new BroadcastChannel("flaskport verification");
const PLACES = ["waiting-for-mail", "by-link", "whose", "done", "again"];
const TITLES = {
  "waiting-for-mail": t("Look into your mailbox"),
  "by-link": t("Confirm your address"),
  whose: t("Is this account yours?"),
  done: t("Your address is confirmed"),
};
const place = (id) => document.getElementById(id);
let brought = { token }; // what the person has brought from the mail

function kept() {
  const found = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  return found;
}

function show(id, { alsoAgain = false } = {}) {
  for (const each of PLACES) place(each).hidden = each !== id && !(alsoAgain && each === "again");
  place("title").textContent = TITLES[id];
}

function moveTo(id) {
  show(id);
  focusOn(place("title"));
}

async function verify(fields) {
  brought = fields;
  try {
    await finish(await orStep(() => client.emailVerification.verify(fields), next()));
  } catch (error) {
    if (error.code === "not_your_browser") return ask(error.facts);
    // The sign-in that asked for it took too long. What was brought is still good, and used up by nothing.
    const late = error.code === "sign_in_expired" && (fields.token || fields.code);
    if (late) return verify({ ...fields, step: undefined });
    if (error.code === "link_over") over();
    throw error;
  }
}

/** A link that is over confirms nothing, however often it is tried: another mail does. */
function over() {
  for (const gone of place("by-link").querySelectorAll(":scope > p, :scope > .buttons")) gone.hidden = true;
  place("again").hidden = false;
  focusOn(place("title"));
}

/** Other tabs may wait for it: the one with the sign-in that asked for it goes on. */
async function finish({ user, reset_token: reset }) {
  tabs.postMessage("verified");
  if (reset) {
    location.replace(new URL(`../../reset-password#token=${reset}`, import.meta.url));
    return new Promise(() => {});
  }
  if (user) return goOn();
  const { user: here } = await client.session();
  const way = place("go-on");
  if (here) {
    way.href = next();
    way.textContent = t("Continue");
  }
  moveTo("done");
}

function ask({ email: account, has_password: hasPassword }) {
  place("account-of").textContent = account;
  place("by-password").elements.username.value = account;
  place("by-password").hidden = !hasPassword;
  place("by-signing-in").hidden = hasPassword || !brought.token;
  moveTo("whose");
}

function onHearing({ data }) {
  if (data !== "verified" || !step) return;
  place("by-step").querySelector("button").click();
}

/** They show by it that the account is theirs, and the link, which is good still, comes after that. */
function signInFirst({ currentTarget: link }) {
  sessionStorage.setItem(KEPT, brought.token);
  const back = new URL(location.pathname, location.origin);
  if (query.has("next")) back.searchParams.set("next", query.get("next"));
  const there = new URL(link.href);
  there.searchParams.set("next", back.pathname + back.search);
  link.href = there.href;
}

/** Back from signing in: who has nothing to confirm any more goes on. */
function goOnIfDone({ user }) {
  if (!token && !step && !email && user?.email_verified_at) return goOn();
}

carry();
scriptRuns();
revealPasswords(document);
const email = query.get("email");
if (email) {
  place("mailed-to").textContent = email;
  place("email").value = email;
}
place("by-step").hidden = !step;
show(token ? "by-link" : "waiting-for-mail", { alsoAgain: !token });

onPress(place("by-link").querySelector("button"), () => verify({ token, step }));
onSubmit(place("by-code"), ({ code }) => verify({ code, step }));
onPress(place("by-step").querySelector("button"), () => verify({ step }));
onSubmit(place("by-password"), ({ password }) => verify({ ...brought, password }));
onPress(place("afresh"), () => verify({ ...brought, step: undefined, afresh: true }));
onSubmit(place("resend"), async ({ email: address }) => {
  await client.emailVerification.resend({ email: address, step });
  place("mailed-to").textContent = address;
  notify(t("If the address has to be confirmed, a mail is on its way."));
});
tabs.addEventListener("message", onHearing);
place("sign-in-first").addEventListener("click", signInFirst);
client.session().then(goOnIfDone, () => {}); // a session that needs it is refreshed before anything is pressed
