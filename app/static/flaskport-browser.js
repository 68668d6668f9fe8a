/** What flaskport.js asks of the browser: readable cookies, requests that fail in one way, a window for a sign-in. */

/** The methods that change nothing, and the header of those that do. */
export const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);
export const CSRF_HEADER = "X-CSRF-TOKEN";

/** A refusal of the server, or of this client for want of an answer: `code` is stable, `message` for people. */
export class FlaskportError extends Error {
  constructor(status, { code = "unexpected_answer", message, errors = {}, facts = {}, request_id, cause } = {}, wait) {
    super(message ?? `No answer that can be read (status ${status}). Try again in a moment.`, { cause });
    this.name = "FlaskportError";
    Object.assign(this, { status, code, errors, facts, requestId: request_id, retryAfter: wait || undefined });
  }
}

/** Nobody is signed in yet: a step is left, to be taken with the `token` if there is one, on the `page` likewise. */
export class Step {
  constructor({ step, facts, token, page }, base) {
    Object.assign(this, { step, facts, token, page: page && new URL(page, base).href });
  }
}

/** Who is signed in by an answer that ends a sign-in, or the step that it asks for. */
export const resultOf = (answer, base) => (answer.step ? new Step(answer, base) : answer.user);

/** A server that renders a page has no browser's session: nothing is begun there, and nobody is signed in. */
export const inBrowser = () => globalThis.location !== undefined;

/** For all that only a browser can do. */
export function needBrowser() {
  if (!inBrowser()) throw new FlaskportError(0, { code: "not_in_a_browser", message: "This needs a browser." });
}

/** Where this is, where Flaskport is, and what the tabs of both have in common. */
export function placesOf(baseUrl) {
  const here = inBrowser() ? location : new URL("http://localhost");
  const base = new URL(baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`, here.href);
  return { here, base, refreshed: refreshMark(base, here) };
}

/** What the server carries along as the place to come back to. */
const MAX_PLACE = 2000;
const CLOSED_MS = 500;
/** What Retry-After says then. Not all who wait for it come back in the same moment. */
const BUSY_MS = 1000;
const CSRF_COOKIE = /^(?:__Host-)?csrf_refresh_token(?:_[a-z0-9]+)?$/;

/** The values of the cookies with this name, or one like it, that the page can read; each only once. */
export function cookieValues(name) {
  const fits = typeof name === "string" ? (key) => key === name : (key) => name.test(key);
  const pairs = (globalThis.document?.cookie ?? "").split("; ").map((pair) => pair.split(/=(.*)/s));
  return [...new Set(pairs.filter(([key]) => fits(key)).map(([, value]) => value))];
}

/**
 * The CSRF value of the session: null for none, undefined where only the server can tell. `learned` is its last word.
 *
 * Several cookies may look like it: left from development, of another product on this host, or planted by a sibling
 * host. Their order says nothing. A front end of another site sees none and has the server's word alone.
 */
export function csrfValue(learned) {
  const values = cookieValues(CSRF_COOKIE);
  if (values.length === 0 || values.includes(learned)) return learned;
  return values.length === 1 ? values[0] : undefined;
}

/** When some tab last refreshed, as a cookie of this page's own origin: the one thing that all tabs see at once. */
export function refreshMark(base, { origin }) {
  const name = `flaskport_refreshed${base.href === `${origin}/` ? "" : `_${encodeURIComponent(base.href)}`}`;
  return {
    // A time that has yet to come was taken from a clock that has been set back since, and says nothing.
    isSince: (sentAt) => cookieValues(name).some((time) => time >= sentAt && time <= Date.now()),
    leave() {
      const attributes = `Path=/; Max-Age=3600; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
      if (globalThis.document) document.cookie = `${name}=${Date.now()}; ${attributes}`;
    },
  };
}

/** What listeners are told: who was signed in is another than who is. */
export function changeOf(before, next) {
  const kept = before?.id === next?.id ? "updated" : "changed-user";
  return { type: !next ? "signed-out" : before ? kept : "signed-in", user: next };
}

/** A tab that was in the background is looked at again, or a page comes out of the history. */
export function onReturn(handler, signal) {
  globalThis.document?.addEventListener("visibilitychange", handler, { signal });
  addEventListener("pageshow", handler, { signal });
}

/** `fetch`; no answer at all is a FlaskportError as well. Who aborts a request gets what `fetch` throws. */
export async function ask(request) {
  try {
    return await fetch(request);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    hint(new URL(request.url));
    throw new FlaskportError(0, { code: "network_error", message: "The server cannot be reached.", cause });
  }
}

let hinted = false;

/** No page is told why nothing came. On another origin it is often that nobody has listed that: once, to developers. */
function hint({ origin }) {
  if (hinted || !inBrowser() || origin === location.origin) return;
  hinted = true;
  console.warn(
    `flaskport: ${origin} gives no answer that this page may read. Does it run, and is ${location.origin} in its ` +
      "CORS_ORIGINS? docs/browser.md, On another origin, has a line that finds out.",
  );
}

/** The error in an answer. */
export async function failure(response) {
  const body = await response.json().catch(() => ({}));
  return new FlaskportError(response.status, body, Number(response.headers.get("Retry-After")));
}

/** What to do about a server that is busy: nothing was done, so the same is right once more, after a moment. */
export const laterWithTheSame = () =>
  new Promise((resolve) => setTimeout(resolve, BUSY_MS * (1 + Math.random() / 2), {}));

/** The answer to a request; where a part knows what to do about its refusal, that to the same with its headers. */
export async function remedied(request, send, remedies) {
  const response = await send(request.clone());
  if (response.ok || remedies.size === 0) return response;
  const refusal = await failure(response.clone());
  const found = await remedies.get(refusal.code)?.(refusal);
  if (!found) return response;
  return send(new Request(request.clone(), { headers: { ...Object.fromEntries(request.headers), ...found } }));
}

/** What `fetch` is told to send JSON. */
export const asJson = (method, body) =>
  body === undefined ? { method } : { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };

/** What a good answer says; a refusal, and what is no JSON, is a FlaskportError. */
export async function answerOf(response) {
  if (!response.ok) throw await failure(response);
  if (response.status === 204) return undefined;
  return response.json().catch((cause) => Promise.reject(new FlaskportError(response.status, { cause })));
}

/**
 * A place as the server at `base` wants it: its own as a path, any other in full; this page without `next`.
 *
 * This page's address may be longer than the server carries along. Then its path is come back to, without the rest.
 */
export function place(base, next) {
  needBrowser();
  const there = new URL(next ?? location.href, location.href);
  const whole = there.origin === base.origin ? there.pathname + there.search + there.hash : there.href;
  return next !== undefined || whole.length <= MAX_PLACE ? whole : place(base, location.origin + location.pathname);
}

/**
 * Open a window to sign in there, from `addressOf(end)` to the place `end`. Its end: nothing for one that is through or was
 * closed, or the error that it met.
 */
export function openWindow(addressOf, base, channel) {
  needBrowser();
  const end = new URL(`signed-in?origin=${encodeURIComponent(location.origin)}`, base).href;
  // Opened before anything is awaited, or the browser takes it for an advertisement.
  const opened = open(addressOf(end), "flaskport", "popup,width=480,height=640");
  if (!opened) return Promise.reject(new FlaskportError(0, { code: "popup_blocked", message: "Allow the window." }));
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const finish = ({ error } = {}) => {
      clearInterval(timer);
      over.abort();
      if (!error) return resolve();
      reject(new FlaskportError(401, { code: error, message: "The provider signed nobody in." }));
    };
    const timer = setInterval(() => opened.closed && finish(), CLOSED_MS);
    const onMessage = ({ origin, data }) => origin === base.origin && data?.flaskport === "done" && finish(data);
    addEventListener("message", onMessage, { signal: over.signal });
    channel?.addEventListener("message", ({ data }) => data?.done && finish(data), { signal: over.signal });
  });
}
