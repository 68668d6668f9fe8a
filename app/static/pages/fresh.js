/** What needs a fresh session: where it is not, the person confirms that it is still them. */
import { client } from "./client.js";
import { sections } from "./slots/confirm.js";

/**
 * Do it; where the session is not fresh, ask in the first way that fits, and do it again. `me` is who is signed in, as
 * the sections of the account page know them. A `password` that is known already is not asked for again.
 */
export async function freshly(me, action, password) {
  try {
    return await action();
  } catch (error) {
    if (error.code !== "fresh_required") throw error;
    const way = sections.find(({ fits }) => fits(me));
    if (password) await client.confirm(password);
    else if (way) await way.default(me);
    else throw error;
  }
  return action();
}
