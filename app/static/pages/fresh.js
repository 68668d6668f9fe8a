/** What needs a fresh session, or a second factor: where it is missing, the person confirms that it is still them. */
import { client } from "./client.js";
import { sections as ways } from "./slots/confirm.js";

/** Somebody, with what the ways to confirm know of them: `{ hasPassword, … }`. `open`: as far as they are told it. */
export async function withWays(user, { open = false } = {}) {
  const found = await Promise.all(ways.map(async ({ load }) => load?.().catch((error) => (open ? {} : Promise.reject(error)))));
  return Object.assign({ ...user, hasPassword: true }, ...found);
}

/**
 * Do it; where the session is not fresh, ask in the first way that fits, and do it again. A way that `shows` a second
 * factor is asked for where that is missing. `me` is who is signed in. A
 * `password` that is known already is not asked for again.
 */
export async function freshly(me, action, password) {
  try {
    return await action();
  } catch (error) {
    if (error.code === "fresh_required" && password) await client.confirm(password);
    else if (error.code === "fresh_required") await confirm(me, error, (way, known) => way.fits?.(known));
    else if (error.code === "assurance_required") await confirm(me, error, ({ shows }) => error.facts.methods.includes(shows));
    else throw error;
  }
  return action();
}

async function confirm(me, refused, fits) {
  const known = "hasPassword" in me ? me : await withWays(me);
  const way = ways.find((each) => fits(each, known));
  if (!way) throw refused;
  await way.default(known);
}
