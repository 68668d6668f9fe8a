/** /account: everything is asked for at once and shown at once, so that nothing moves under anybody's hands. */
import { clone } from "./dom.js";
import { withWays } from "./fresh.js";
import { privatePage } from "./private.js";
import { sections } from "./slots/account.js";

privatePage(async (user) => {
  const content = clone("account");
  const asked = [withWays(user), ...sections.map(({ load }) => load?.(content))];
  const me = Object.assign(...(await Promise.all(asked)));
  for (const { default: show } of sections) show?.(content, me);
  return content;
});
