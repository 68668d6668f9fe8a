/** Where to go after signing in: `?next=`, if it is a place of ours or of a listed front end, or else HOME_URL. */

import { base } from "./client.js";

const ACCOUNT = new URL("account", base).href;
const { home } = document.documentElement.dataset;
const HOME = home ? new URL(home, location.href).href : ACCOUNT;
const SIGNING_IN = ["sign-in", "sign-up"].map((name) => new URL(name, base).pathname);
const origins = new Set([location.origin, ...document.documentElement.dataset.origins.split(" ").filter(Boolean)]);
const wish = new URLSearchParams(location.search).get("next");

/** The address in full, judged as this browser will read it. */
export function next() {
  return (wish && allowed(wish)) || HOME;
}

function allowed(place) {
  if (/^[\s\\/]*[\\/][\s\\/]*[\\/]/.test(place)) return null; // "//host" and its kin leave this origin
  const there = URL.canParse(place, location.href) ? new URL(place, location.href) : null;
  if (!there || !/^https?:$/.test(there.protocol) || there.username || there.password) return null;
  // Not in a circle, and not to a path that would be another host if somebody took it for an address.
  const inCircle = SIGNING_IN.includes(there.pathname.replace(/\/$/, ""));
  return origins.has(there.origin) && !inCircle && !there.pathname.startsWith("//") ? there.href : null;
}

/** Links between signing in and up take the wish along. */
export function carry(scope = document) {
  if (!wish) return;
  for (const link of scope.querySelectorAll("a[data-carry]")) {
    const there = new URL(link.getAttribute("href"), location.href); // in a template, href knows no page yet
    there.searchParams.set("next", wish);
    link.href = there.href;
  }
}

/** Go there for good: the page with the form is not in the history. `section` is of one's account, if that is where. */
export function goOn(section = "") {
  const place = next();
  location.replace(place === ACCOUNT ? ACCOUNT + section : place);
  return new Promise(() => {}); // this page is on its way out, and says so until then
}
