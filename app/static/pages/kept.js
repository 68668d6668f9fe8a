/** Signing in, and a look whether the browser has kept it: that the server said yes is not enough. */
import { client } from "./client.js";
import { alertIn } from "./form.js";
import { Told } from "./words.js";

const HTTP =
  "This browser kept no cookie, so nobody is signed in. Over http it keeps none of this site, " +
  "which must be opened by https.";
const BLOCKED =
  "This browser kept no cookie, so nobody is signed in. Allow cookies for this site in its settings, and try again.";

const needsHttps = () => location.protocol === "http:" && "secureCookies" in document.documentElement.dataset;

/** Throws what the client throws, or says that no session came of it. */
export async function signIn(fields) {
  await client.signIn(fields);
  const { user } = await client.session();
  if (!user) throw new Told(needsHttps() ? HTTP : BLOCKED);
}

/** Said before anybody types a password, where it is certain that nothing will come of it. */
export function warnOfHttp(form) {
  if (needsHttps() && !isSecureContext) alertIn(form, HTTP);
}
