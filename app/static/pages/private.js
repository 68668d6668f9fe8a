/** Pages for somebody signed in: nothing private is shown before that is known, nor after it has ended. */
import { base, client } from "./client.js";
import { closeDialogs, openDialog } from "./dialogs.js";
import { clone, focusOn, hush, scriptRuns } from "./dom.js";
import { Cancelled, isWorking, onPress, onSubmit, settled, whenSessionEnds } from "./form.js";
import { signIn } from "./kept.js";
import { sentence } from "./words.js";

const part = (id) => document.getElementById(id);
let showing = 0; // counts what was begun: what an earlier beginning still waits for is thrown away
let leaving = false;
let known = null; // who is here, and whether they stay signed in: `{ user, remember }`
let typed = false; // something that would be lost
let show = null;

document.addEventListener("input", ({ target }) => (typed ||= !target.closest("[role=search]")));

/** `prepare(user)` answers the nodes to show. It is asked again when another person is signed in. */
export function privatePage(prepare) {
  async function begin({ anew = false } = {}) {
    forget();
    const mine = showing;
    part("waiting").hidden = false;
    try {
      const { user, session, actor } = await client.session();
      if (mine !== showing) return;
      if (!user) return leave({ back: true, error: (await cookiesAreThere()) ? "session_ended" : undefined });
      if (anew && isOldAbove(actor)) return location.reload();
      known = { user, remember: session?.remember };
      const content = await prepare(user);
      if (mine !== showing || !client.user) return;
      part("who").replaceChildren(header(client.user));
      part("private").replaceChildren(content);
      goToHash();
    } catch (error) {
      if (mine === showing && !leaving) fail(error, () => begin({ anew }));
    } finally {
      if (mine === showing) part("waiting").hidden = true;
    }
  }

  show = () => begin();
  client.onChange(({ type, user }) => {
    if (type === "signed-out") signedOut();
    else if (type === "signed-in" && user.id === known?.user.id) signedInAgain?.();
    else if (type !== "updated") leaving || begin({ anew: type === "changed-user" || known !== null });
    else if (part("who").firstChild) part("who").replaceChildren(header(user));
  });
  whenSessionEnds(signInAgain);
  addEventListener("pagehide", forget); // what the browser keeps for its back button is an empty page
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    leaving = false;
    begin({ anew: true });
  });
  scriptRuns();
  begin();
}

/** The page anew, after a change of something that several sections show. */
export const showAgain = () => show();

/** What stands above the page is the server's, and was there before somebody acted for another, or ended that. */
const isOldAbove = (actor) => Boolean(actor || document.querySelector("[data-acting]"));

/** Take away everything that only this person may see. */
function forget() {
  showing += 1;
  known = null;
  typed = false;
  closeDialogs();
  hush();
  for (const id of ["private", "who", "failed"]) part(id).replaceChildren();
}

/** To the sign-in page; with `back`, to return to this very place, and with `error` to be told why. */
function leave({ back = false, error } = {}) {
  if (leaving) return;
  leaving = true;
  forget();
  const query = new URLSearchParams();
  if (error) query.set("error", error);
  if (back) query.set("next", location.pathname + location.search + location.hash);
  location.replace(new URL(query.size ? `sign-in?${query}` : "sign-in", base));
}

/**
 * What is under way may be what found it out: then it asks for a sign-in, and goes on. What was typed and not sent yet
 * is worth that question, too; but not where somebody has signed out in this browser, which leaves nothing behind.
 */
async function signedOut() {
  if (leaving) return;
  veil(true);
  if (isWorking()) await settled();
  else if (typed && (await cookiesAreThere())) await signInAgain().catch(() => {});
  veil(false);
  if (!client.user) leave({ back: true, error: "session_ended" });
}

/** Signing out takes the cookies away. The server says whether they came, as it names the value that goes with them. */
async function cookiesAreThere() {
  const response = await client.fetch("auth/session").catch(() => null);
  return response?.headers.has("X-CSRF-TOKEN") ?? false;
}

/** Covers what is private; what was typed stays where it is. */
function veil(on) {
  document.documentElement.classList.toggle("veiled", on);
}

let asking = null;
let signedInAgain = null; // to be called when that has happened in another tab

/** In the middle of something: a sign-in over the page, which is veiled, and nothing that was typed is lost. */
async function signInAgain() {
  if (leaving || !known) throw new Cancelled();
  asking ??= askToSignIn(known).finally(() => (asking = null));
  return asking;
}

async function askToSignIn({ user: { email }, remember }) {
  if (!part("again")) return signInElsewhere(); // nobody signs in with a password here
  veil(true);
  const done = await openDialog("again", { email }, (dialog, close) => {
    signedInAgain = () => close(true);
    const form = dialog.querySelector("form");
    form.elements.username.value = email;
    onSubmit(form, async ({ password }) => {
      await signIn({ email, password, remember }, location.href);
      close(true);
    });
  });
  signedInAgain = null;
  veil(false);
  if (!done) signInElsewhere();
}

function signInElsewhere() {
  leave({ back: true, error: "session_ended" });
  throw new Cancelled();
}

/** The page was empty when the browser looked for the place that its address names. */
function goToHash() {
  const place = location.hash && part(location.hash.slice(1));
  if (!place) return;
  focusOn(place.querySelector("h2"));
  place.scrollIntoView();
}

/** Nobody is signed in any more, and that is what they wanted: the page stays, with these last words. */
export function endWith(content) {
  leaving = true;
  forget();
  part("private").replaceChildren(content);
  focusOn(part("private").querySelector("h2"));
}

/** What signs out runs through here: it then goes to the sign-in page without a way back. */
export async function signingOut(work) {
  leaving = true;
  try {
    await work();
  } catch (error) {
    leaving = false;
    throw error;
  }
  leaving = false;
  leave();
}

/** What signs in as somebody else runs through here: this page shows nothing of theirs, and goes to that place. */
export async function goingTo(place, work) {
  leaving = true;
  try {
    await work();
  } catch (error) {
    leaving = false;
    throw error;
  }
  location.assign(new URL(place, base));
  await new Promise(() => {}); // this page is on its way out
}

/** What a role may do. For what is offered; the API decides what is done. */
export const permissionsOf = (role) => JSON.parse(document.documentElement.dataset.roles)[role] ?? [];
export const may = (role, permission) => permissionsOf(role).includes(permission);

function header(user) {
  const copy = clone("header", { email: user.email, users: may(user.role, "users:read") });
  const here = [...copy.querySelectorAll("nav a")].find((link) => location.pathname.startsWith(link.getAttribute("href")));
  here?.setAttribute("aria-current", "page");
  onPress(copy.querySelector("#sign-out"), () => signingOut(() => client.signOut()));
  return copy;
}

/** Whoever has to have a second factor by now sets one up on the account page. */
function fail(error, again) {
  const account = new URL("account", base);
  if (error.code === "second_factor_required" && location.pathname !== account.pathname) return location.replace(account);
  if (error.name !== "FlaskportError") console.error(error); // a mistake of the page, which its reader cannot mend
  part("failed").replaceChildren(clone("failed-to-load", { why: sentence(error) }));
  onPress(part("failed").querySelector("button"), again);
}
