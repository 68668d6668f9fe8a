/** /account: everything is asked for at once and shown at once, so that nothing moves under anybody's hands. */
import { clone } from "./dom.js";
import { withWays } from "./fresh.js";
import { privatePage } from "./private.js";
import { sections } from "./slots/account.js";

privatePage(async (user) => {
  try {
    return await filled(clone("account"), sections, withWays(user));
  } catch (error) {
    if (error.code !== "second_factor_required") throw error;
    return enrolment(user);
  }
});

/** What sets up a second factor, and nothing else: for whoever has to have one by now, who is refused all the rest. */
function enrolment(user) {
  const open = sections.filter(({ enrols }) => enrols);
  const content = clone("account");
  for (const section of content.querySelectorAll("section")) {
    if (!open.some(({ enrols }) => enrols === section.id)) section.remove();
  }
  return filled(content, open, withWays(user, { open: true }));
}

async function filled(content, shown, knownOf) {
  const asked = [knownOf, ...shown.map(({ load }) => load?.(content))];
  const me = Object.assign(...(await Promise.all(asked)));
  for (const { default: show } of shown) show?.(content, me);
  return content;
}
