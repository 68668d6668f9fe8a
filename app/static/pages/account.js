/** /account: everything is asked for at once and shown at once, so that nothing moves under anybody's hands. */
import { clone } from "./dom.js";
import { privatePage } from "./private.js";
import { sections } from "./slots/account.js";

privatePage(async (user) => {
  const content = clone("account");
  const found = await Promise.all(sections.map(({ load }) => load?.(content)));
  const me = Object.assign({ ...user, hasPassword: true }, ...found);
  for (const { default: show } of sections) show?.(content, me);
  return content;
});
