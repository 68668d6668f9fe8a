/** The providers that are switched on: their marks, and the links to sign in with. */
import { client } from "./client.js";
import { clone, setIcon } from "./dom.js";
import { next } from "./next.js";
import { onPress } from "./form.js";

/** The provider's mark, or its first letter. */
export function mark(name, label) {
  const marks = JSON.parse(document.getElementById("provider-mark").dataset.marks);
  const known = marks[name.split("-")[0]];
  const copy = clone("provider-mark", { letter: known ? null : [...label][0], drawing: Boolean(known) });
  if (known) setIcon(copy.querySelector("svg"), known);
  return copy;
}

/** The page's links work by themselves; through the client they also keep where to go on to. */
export function keepWishes({ remember = () => false } = {}) {
  for (const link of document.querySelectorAll("a[data-provider]")) {
    onPress(link, () => client.signInWith(link.dataset.provider, { next: next(), remember: remember() }));
  }
}
