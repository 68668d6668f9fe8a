/**
 * Flaskport's browser client: an ES module without packages. docs/browser.md shows it in use.
 *
 * The tokens are in cookies that no script can read, so there is nothing to store here, and nothing is stored. What
 * this does is what every front end would otherwise write again: send the CSRF header, refresh an expired session once
 * for all tabs, try again, and tell who is signed in, also when another tab changes that.
 */

import { FlaskportError, ask, cookieValues, failure, inBrowser, openWindow, place } from "./flaskport-browser.js";

export { FlaskportError };

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);
const CSRF_HEADER = "X-CSRF-TOKEN";
const CSRF_COOKIE = /^(?:__Host-)?csrf_refresh_token(?:_[a-z0-9]+)?$/;
const LOOK_AGAIN_MS = 10_000;

export function createClient({ baseUrl = "/" } = {}) {
  const here = inBrowser() ? location : new URL("http://localhost");
  const base = new URL(baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`, here.href);
  // When some tab last refreshed, as a cookie of this page's own origin: the one thing that all tabs see at once.
  const another = base.href === `${here.origin}/` ? "" : `_${encodeURIComponent(base.href)}`;
  const refreshedCookie = `flaskport_refreshed${another}`;
  const closing = new AbortController();
  const listeners = new Set();
  let channel = inBrowser() && "BroadcastChannel" in globalThis ? new BroadcastChannel(`flaskport ${base.href}`) : null;
  let user; // undefined until somebody asked
  let learnedCsrf = null; // what the server said last
  let knownCsrf = null; // of the session that `user` stands for
  let lookedAt = 0;
  let looking = false;
  let ownRefresh = null;

  const url = (path) => new URL(path.replace(/^\//, ""), base).href;

  /**
   * The CSRF value of the session: null for none, undefined where only the server can tell.
   *
   * Several cookies may look like it: left from development, of another product on this host, or planted by a sibling
   * host. Their order says nothing. A front end of another site sees none and has the server's word alone.
   */
  function csrf() {
    const values = cookieValues(CSRF_COOKIE);
    if (values.length === 0 || values.includes(learnedCsrf)) return learnedCsrf;
    return values.length === 1 ? values[0] : undefined;
  }

  // Requests

  async function send(request) {
    if (!inBrowser()) throw new FlaskportError(0, { code: "not_in_a_browser", message: "This needs a browser." });
    const headers = new Headers(request.headers);
    if (!SAFE.has(request.method)) {
      const unknown = csrf() === undefined || (csrf() === null && base.origin !== here.origin);
      if (unknown) await send(new Request(url("auth/session")));
      if (csrf()) headers.set(CSRF_HEADER, csrf());
    }
    const response = await ask(new Request(request, { credentials: "include", headers }));
    learnedCsrf = response.headers.get(CSRF_HEADER) ?? learnedCsrf;
    return response;
  }

  async function clientFetch(input, init) {
    const request = new Request(typeof input === "string" ? new URL(input, base) : input, init);
    if (new URL(request.url).origin !== base.origin) return fetch(request);
    const sentAt = Date.now();
    const response = await send(request.clone());
    if (user && isAnother() && !looking) lookAtSession();
    if (response.headers.get("X-Auth-State") !== "expired") {
      // Signed out elsewhere, disabled, or the password changed: from here on nobody is signed in.
      if (response.status === 401 && user && response.headers.get("X-Auth-State") === "anonymous") setUser(null);
      return response;
    }
    const refreshed = await refresh(sentAt);
    // What was answered for nobody may be asked again; what changed something was refused, or is done.
    if (refreshed && (response.status === 401 || SAFE.has(request.method))) return send(request);
    if (response.status === 401) {
      const over = await failure(response.clone());
      if (over.code !== "unexpected_answer") throw over; // the answer of another protocol (tRPC) speaks for itself
    }
    return response;
  }

  /** True once the session is fresh again, by this tab or another; false if it is over. */
  function refresh(sentAt) {
    const once = async () => {
      // A time that has yet to come was taken from a clock that has been set back since, and says nothing.
      const refreshed = (time) => time >= sentAt && time <= Date.now();
      if (cookieValues(refreshedCookie).some(refreshed)) return true;
      const response = await send(new Request(url("auth/refresh"), { method: "POST" }));
      const body = await response.json().catch(() => ({}));
      if (response.ok && body.user) {
        const attributes = `Path=/; Max-Age=3600; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
        if (globalThis.document) document.cookie = `${refreshedCookie}=${Date.now()}; ${attributes}`;
        setUser(body.user);
        return true;
      }
      // Over is what the server says is over, or that there is no CSRF value left; anything else is a failure.
      const over = response.status === 401 ? body.code : response.status === 403 && !csrf();
      if (!over) throw new FlaskportError(response.status, body);
      setUser(null);
      return false;
    };
    if (navigator.locks) return navigator.locks.request(`flaskport refresh ${base.href}`, once);
    // Without https there are no locks. The server gives tabs that refresh at once the same successor.
    ownRefresh ??= once().finally(() => (ownRefresh = null));
    return ownRefresh;
  }

  /** Send JSON, answer JSON. Throws FlaskportError. */
  async function call(method, path, body) {
    const init = { method };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers = { "Content-Type": "application/json" };
    }
    const response = await clientFetch(url(path), init);
    if (!response.ok) throw await failure(response);
    if (response.status === 204) return undefined;
    return response.json().catch((cause) => Promise.reject(new FlaskportError(response.status, { cause })));
  }

  // Who is signed in

  function setUser(next, { announce = true } = {}) {
    const before = user;
    user = next;
    knownCsrf = next ? csrf() : null;
    if (!next) learnedCsrf = null;
    if (before?.id === next?.id && JSON.stringify(before ?? null) === JSON.stringify(next)) return;
    if (announce) channel?.postMessage({ user: next });
    if (before === undefined && !next) return; // nobody was, nobody is
    const kept = before?.id === next?.id ? "updated" : "changed-user";
    const type = !next ? "signed-out" : before ? kept : "signed-in";
    for (const listener of listeners) listener({ type, user: next });
  }

  async function session() {
    if (!inBrowser()) return { user: null };
    const state = await call("GET", "auth/session");
    lookedAt = Date.now();
    setUser(state.user);
    return state;
  }

  /** Are the cookies of another session than the one known? Then somebody signed in past this client. */
  const isAnother = () => csrf() !== null && csrf() !== knownCsrf;

  /** A tab that comes back may have missed something: another person, a sign-out, a page from the back button. */
  function lookAgain(event) {
    if (user === undefined || document.visibilityState === "hidden") return;
    const restored = event.type === "pageshow" && event.persisted;
    const recently = Math.abs(Date.now() - lookedAt) < LOOK_AGAIN_MS; // a clock that was set back is no reason to wait
    if (restored || isAnother() || !recently) lookAtSession();
  }

  function lookAtSession() {
    looking = true;
    session().catch(() => {}).finally(() => (looking = false));
  }

  if (inBrowser()) {
    const { signal } = closing;
    const hear = ({ data }) => {
      if (data?.user !== undefined) setUser(data.user, { announce: false });
      if (data?.done) session().catch(() => {});
    };
    channel?.addEventListener("message", hear, { signal });
    globalThis.document?.addEventListener("visibilitychange", lookAgain, { signal });
    addEventListener("pageshow", lookAgain, { signal });
  }

  // Providers

  function startUrl(provider, { next, remember = false, popup = false } = {}) {
    const start = new URL(url(`auth/oauth/${encodeURIComponent(provider)}`));
    start.searchParams.set("next", place(base, next));
    if (remember) start.searchParams.set("remember", "1");
    if (popup) start.searchParams.set("popup", "1");
    return start.href;
  }

  /** Go to the provider, or with `popup` open it in a window and answer the session once that is through. */
  function signInWith(provider, { popup = false, next, remember } = {}) {
    if (!popup) {
      location.assign(startUrl(provider, { next, remember }));
      return new Promise(() => {}); // this page is on its way out
    }
    const done = url(`signed-in?origin=${encodeURIComponent(location.origin)}`);
    return openWindow(startUrl(provider, { next: done, remember, popup }), base, channel).then(async () => {
      const state = await session();
      if (!state.user) throw new FlaskportError(401, { code: "access_denied", message: "Closed." });
      return state;
    });
  }

  return {
    fetch: clientFetch,
    call,
    session,
    get user() {
      return user ?? null;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      closing.abort();
      channel?.close();
      channel = null;
      listeners.clear();
    },
    register: (fields) => call("POST", "auth/register", fields),
    async signIn(fields) {
      const { user: signedIn } = await call("POST", "auth/login", fields);
      setUser(signedIn);
      return signedIn;
    },
    signOut: () => call("POST", "auth/logout").then(() => setUser(null)),
    signOutEverywhere: () => call("POST", "auth/logout-all").then(() => setUser(null)),
    confirm: (password) => call("POST", "auth/confirm", { password }),
    async changePassword(fields) {
      await call("POST", "auth/password", fields);
      knownCsrf = csrf(); // the session is another one now
    },
    providers: async () => (await call("GET", "auth/providers")).items,
    signInWith,
    identities: {
      list: () => call("GET", "auth/identities"),
      async connect(provider, { next } = {}) {
        const wish = { next: place(base, next) };
        location.assign((await call("POST", `auth/identities/${encodeURIComponent(provider)}`, wish)).location);
      },
      disconnect: (id) => call("DELETE", `auth/identities/${encodeURIComponent(id)}`),
    },
    keys: {
      list: async () => (await call("GET", "auth/keys")).items,
      create: (fields) => call("POST", "auth/keys", fields),
      revoke: (id) => call("DELETE", `auth/keys/${encodeURIComponent(id)}`),
    },
    devices: {
      list: async () => (await call("GET", "auth/sessions")).items,
      revoke: (id) => call("DELETE", `auth/sessions/${encodeURIComponent(id)}`),
    },
  };
}
