/** What needs a fresh session, or a second factor: where it is missing, the person confirms that it is still them. */
import { client } from "./client.js";
import { AnotherWay } from "./dialogs.js";
import { sections as ways } from "./slots/confirm.js";

/** Somebody, with what the ways to confirm know of them: `{ hasPassword, … }`. `open`: as far as they are told it. */
export async function withWays(user, { open = false } = {}) {
  const told = (load) => load().catch((error) => (open ? {} : Promise.reject(error)));
  const found = Object.assign({ ...user }, ...(await Promise.all(ways.map(({ load }) => load && told(load)))));
  return "hasPassword" in found ? found : { hasPassword: true, ...found, ...(await told(opensByPassword)) };
}

/** Where no way to confirm has said so. */
async function opensByPassword() {
  const { methods } = await client.call("GET", "auth/confirm");
  return { hasPassword: methods.includes("password") };
}

/**
 * Do it; where the session is not fresh, ask, and do it again. The person chooses among the ways that they have; one that
 * `shows` a second factor is offered where that is missing. `me` is who is signed in. A `password` that is known already
 * is not asked for again.
 */
export async function freshly(me, action, password) {
  for (let asked = 0; ; asked += 1) {
    try {
      return await action();
    } catch (error) {
      if (asked === MOST) throw error;
      if (error.code === "fresh_required" && password && !asked) await client.confirm(password);
      else if (error.code === "fresh_required") await confirm(me, error, (way, known) => way.fits?.(known));
      else if (error.code === "assurance_required") await confirm(me, error, ({ shows }) => error.facts.methods.includes(shows));
      else throw error;
    }
  }
}

/** Not fresh, and then no second factor: more there is not to ask for. */
const MOST = 2;

async function confirm(me, refused, fits) {
  const known = "hasPassword" in me ? me : await withWays(me);
  const fitting = ways.filter((each) => fits(each, known));
  if (!fitting.length) throw refused;
  for (let way = fitting.includes(chosen) ? chosen : fitting[0]; ; way = chosen) {
    try {
      return await way.default(known, fitting.filter((each) => each !== way));
    } catch (error) {
      if (!(error instanceof AnotherWay)) throw error;
      chosen = error.way;
    }
  }
}

let chosen = null; // the way that the person went over to, with which the next question begins

const listeners = [];

/** `tell()` hears that a second factor was set up or removed. */
export const onFactors = (tell) => listeners.push(tell);

/** Whoever sets one up, or removes one, says so: other sections depend on it. */
export async function factorsChanged() {
  for (const tell of listeners) await tell();
}
