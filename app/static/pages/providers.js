/** The providers that are switched on, as buttons. */
import { client } from "./client.js";
import { clone, setIcon } from "./dom.js";
import { next } from "./next.js";
import { onPress } from "./form.js";

const MARKS = { apple: "apple", azuread: "microsoft", discord: "discord", facebook: "facebook", github: "github" };
Object.assign(MARKS, { gitlab: "gitlab", google: "google", microsoft: "microsoft" });

/** The provider's mark, or its first letter. */
export function mark(name, label) {
  const known = MARKS[name.split("-")[0]];
  const copy = clone("provider-mark", { letter: known ? null : [...label][0], drawing: Boolean(known) });
  if (known) setIcon(copy.querySelector("svg"), known);
  return copy;
}

/** Buttons to sign in with, in the room that the page has kept for them. */
export async function offerProviders({ remember = () => false } = {}) {
  const area = document.getElementById("providers");
  const items = await client.providers().catch(() => []);
  area.hidden = items.length === 0;
  document.getElementById("provider-buttons").replaceChildren(
    ...items.map(({ name, label }) => {
      const copy = clone("provider", { mark: mark(name, label), label });
      const button = copy.querySelector("button");
      button.dataset.provider = name;
      onPress(button, () => client.signInWith(name, { next: next(), remember: remember() }));
      return copy;
    }),
  );
}
