/** What needs a fresh session: where it is not, the person confirms that it is still them. */
import { client } from "./client.js";
import { sections as ways } from "./slots/confirm.js";

/** Somebody, with what the ways to confirm know of them: `{ hasPassword, … }`. */
export async function withWays(user) {
  const found = await Promise.all(ways.map(({ load }) => load?.()));
  return Object.assign({ ...user, hasPassword: true }, ...found);
}

/**
 * Do it; where the session is not fresh, ask in the first way that fits, and do it again. `me` is who is signed in. A
 * `password` that is known already is not asked for again.
 */
export async function freshly(me, action, password) {
  try {
    return await action();
  } catch (error) {
    if (error.code !== "fresh_required") throw error;
    if (password) await client.confirm(password);
    else await confirm(me, error);
  }
  return action();
}

async function confirm(me, refused) {
  const known = "hasPassword" in me ? me : await withWays(me);
  const way = ways.find(({ fits }) => fits(known));
  if (!way) throw refused;
  await way.default(known);
}
