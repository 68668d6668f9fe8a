/** On the pages to sign in and up: somebody may be signed in already, here, or from now on in another tab. */
import { client } from "./client.js";
import { focusOn } from "./dom.js";
import { onPress } from "./form.js";
import { next } from "./next.js";

const place = document.getElementById("already");
const way = document.getElementById("continue");
let leaving = false;

/** What signs somebody in runs through here: meanwhile the page does not say that they are signed in already. */
export async function signingIn(work) {
  leaving = true;
  try {
    return await work();
  } catch (error) {
    leaving = false;
    throw error;
  }
}

function show(user) {
  if (leaving) return;
  const rest = [...document.querySelectorAll("[data-nobody]")];
  const had = [place, ...rest].some((part) => part.contains(document.activeElement));
  document.getElementById("already-who").textContent = user?.email ?? "";
  way.href = next();
  place.hidden = !user;
  for (const part of rest) part.hidden = Boolean(user);
  if (had) focusOn(user ? way : document.getElementById("email"));
}

/** In another tab somebody acts for another person now, or does no more: what stands above the page is the server's. */
async function lookAbove() {
  const { actor } = await client.session();
  if (Boolean(actor) !== Boolean(document.querySelector("[data-acting]"))) location.reload();
}

/** They choose, nothing happens by itself. */
export function noticeSignedIn() {
  onPress(document.getElementById("use-another"), () => client.signOut());
  client.onChange(({ type, user }) => {
    show(user);
    if (type === "changed-user" && !leaving) lookAbove().catch(() => {});
  });
  addEventListener("pageshow", (event) => event.persisted && (leaving = false));
  client.session().catch(() => {}); // the form itself will say if the server does not answer
}
