/** Signing in, and a look whether the browser has kept it: that the server said yes is not enough. */
import { place } from "../flaskport-browser.js";
import { base, client } from "./client.js";
import { alertIn } from "./form.js";
import { t } from "./texts.js";
import { Told } from "./words.js";

const HTTP = t(
  "This browser kept no cookie, so nobody is signed in. Over http it keeps none of this site, which must be opened by https.",
);
const BLOCKED = t(
  "This browser kept no cookie, so nobody is signed in. Allow cookies for this site in its settings, and try again.",
);

const NO_PAGE = t("One more step is needed to sign in, which this page cannot ask for.");

const needsHttps = () => location.protocol === "http:" && "secureCookies" in document.documentElement.dataset;

/**
 * Throws what the client throws, or says that no session came of it. Where a step is left, it leaves for the step's
 * page, which leads on to `next`.
 */
export const signIn = (fields, next) => enter(() => client.signIn(fields), next);

/** The same for another way in: `come()` is what signs in. */
export async function enter(come, next) {
  await orStep(come, next);
  const { user } = await client.session();
  if (!user) throw new Told(needsHttps() ? HTTP : BLOCKED);
}

/** What `work` answers; where a step comes next, this leaves for the step's page. */
export async function orStep(work, next) {
  const result = await work();
  if (!("step" in result)) return result;
  if (!result.page) throw new Told(NO_PAGE);
  return leaveFor(result.page, next);
}

function leaveFor(page, next) {
  const there = new URL(page);
  there.searchParams.set("next", place(base, next));
  location.replace(there);
  return new Promise(() => {}); // this page is on its way out, and says so until then
}

/** Said before anybody types a password, where it is certain that nothing will come of it. */
export function warnOfHttp(form) {
  if (needsHttps() && !isSecureContext) alertIn(form, HTTP);
}
