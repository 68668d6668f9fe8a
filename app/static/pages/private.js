/** Pages for somebody signed in: nothing private is shown before that is known, nor after it has ended. */
import { client } from "./client.js";
import { closeDialogs } from "./dialogs.js";
import { clone, focusOn, hush } from "./dom.js";
import { onPress } from "./form.js";
import { sentence } from "./words.js";

const part = (id) => document.getElementById(id);
let showing = 0; // counts what was begun: what an earlier beginning still waits for is thrown away
let leaving = false;

/** `prepare(user)` answers the nodes to show. It is asked again when another person is signed in. */
export function privatePage(prepare) {
  async function begin() {
    forget();
    const mine = showing;
    part("waiting").hidden = false;
    try {
      const { user } = await client.session();
      if (mine !== showing) return;
      if (!user) return leave({ back: true });
      const content = await prepare(user);
      if (mine !== showing || !client.user) return;
      part("who").replaceChildren(header(client.user));
      part("private").replaceChildren(content);
    } catch (error) {
      if (mine === showing && !leaving) fail(error, begin);
    } finally {
      if (mine === showing) part("waiting").hidden = true;
    }
  }

  client.onChange(({ type, user }) => {
    if (type === "signed-out") leave({ back: true });
    else if (type === "changed-user") begin();
    else if (type === "updated" && part("who").firstChild) part("who").replaceChildren(header(user));
  });
  // What the browser keeps for its back button is an empty page.
  addEventListener("pagehide", forget);
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    leaving = false;
    begin();
  });
  begin();
}

/** Take away everything that only this person may see. */
function forget() {
  showing += 1;
  closeDialogs();
  hush();
  for (const id of ["private", "who", "failed"]) part(id).replaceChildren();
}

/** To the sign-in page; with `back`, to return here. */
function leave({ back = false } = {}) {
  if (leaving) return;
  leaving = true;
  forget();
  location.replace(back ? `/sign-in?next=${encodeURIComponent(location.pathname)}` : "/sign-in");
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

/** What a role may do. For what is offered; the API decides what is done. */
export const permissionsOf = (role) => JSON.parse(document.documentElement.dataset.roles)[role] ?? [];
export const may = (role, permission) => permissionsOf(role).includes(permission);

function header(user) {
  const copy = clone("header", { email: user.email, users: may(user.role, "users:read") });
  copy.querySelector(`nav a[href="${location.pathname}"]`)?.setAttribute("aria-current", "page");
  onPress(copy.querySelector("#sign-out"), () => signingOut(() => client.signOut()));
  return copy;
}

function fail(error, again) {
  part("failed").replaceChildren(clone("failed-to-load", { why: sentence(error) }));
  onPress(part("failed").querySelector("button"), again);
}
