/**
 * Flaskport's browser client: an ES module without dependencies. docs/browser.md shows it in use.
 *
 * The tokens are in cookies that no script can read, so there is nothing to store here, and nothing is stored. What
 * this does is what every front end would otherwise write again: send the CSRF header, refresh an expired session once
 * for all tabs, try again, and tell who is signed in, also when another tab changes that.
 */

/** A refusal of the server, or of this client for want of an answer: `code` is stable, `message` for people. */
export class FlaskportError extends Error {
  constructor(status, { code = "unexpected_answer", message = `Status ${status}`, errors = {}, request_id } = {}) {
    super(message);
    this.name = "FlaskportError";
    Object.assign(this, { status, code, errors, requestId: request_id });
  }
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);
const CSRF_HEADER = "X-CSRF-TOKEN";
const CSRF_COOKIE = /(?:^|; )(?:__Host-)?csrf_refresh_token=([^;]*)/;
/** When some tab last refreshed, as a cookie of this page's own origin: the one thing that all tabs see at once. */
const REFRESHED_COOKIE = /(?:^|; )flaskport_refreshed=(\d+)/;
const LOOK_AGAIN_MS = 10_000;

export function createClient({ baseUrl = "/" } = {}) {
  const base = new URL(baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`, location.href);
  const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(`flaskport ${base.href}`) : null;
  const listeners = new Set();
  let user; // undefined until somebody asked
  let learnedCsrf = null; // for a front end of another site, which cannot read the cookie
  let knownCsrf = null; // of the session that `user` stands for
  let lookedAt = 0;
  let looking = false;
  let ownRefresh = null;

  const readCookie = (pattern) => document.cookie.match(pattern)?.[1] ?? null;
  const csrf = () => readCookie(CSRF_COOKIE) ?? learnedCsrf;
  const url = (path) => new URL(path.replace(/^\//, ""), base).href;

  // Requests

  async function send(request) {
    const headers = new Headers(request.headers);
    if (!SAFE.has(request.method)) {
      if (csrf() === null && base.origin !== location.origin) await send(new Request(url("auth/session")));
      if (csrf() !== null) headers.set(CSRF_HEADER, csrf());
    }
    const response = await fetch(new Request(request, { credentials: "include", headers }));
    learnedCsrf = response.headers.get(CSRF_HEADER) ?? learnedCsrf;
    return response;
  }

  async function clientFetch(input, init) {
    const request = new Request(typeof input === "string" ? new URL(input, base) : input, init);
    if (new URL(request.url).origin !== base.origin) return fetch(request);
    const sentAt = Date.now();
    const response = await send(request.clone());
    if (user && csrf() !== null && csrf() !== knownCsrf && !looking) lookAtSession();
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
      if (Number(readCookie(REFRESHED_COOKIE)) >= sentAt) return true;
      const response = await send(new Request(url("auth/refresh"), { method: "POST" }));
      const body = await response.json().catch(() => ({}));
      if (response.ok && body.user) {
        const secure = location.protocol === "https:" ? "; Secure" : "";
        document.cookie = `flaskport_refreshed=${Date.now()}; Path=/; Max-Age=3600; SameSite=Lax${secure}`;
        setUser(body.user);
        return true;
      }
      // Over is what the server says is over, or that there is no CSRF value left; anything else is a failure.
      const over = response.status === 401 ? body.code : response.status === 403 && csrf() === null;
      if (!over) throw new FlaskportError(response.status, body);
      setUser(null);
      return false;
    };
    if (navigator.locks) return navigator.locks.request(`flaskport refresh ${base.href}`, once);
    // Without https there are no locks. The server gives tabs that refresh at once the same successor.
    ownRefresh ??= once().finally(() => (ownRefresh = null));
    return ownRefresh;
  }

  async function failure(response) {
    const body = await response.json().catch(() => ({}));
    return new FlaskportError(response.status, body);
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
    return response.status === 204 ? undefined : response.json();
  }

  // Who is signed in

  function setUser(next, { announce = true } = {}) {
    const before = user;
    user = next;
    knownCsrf = next ? csrf() : null;
    if (!next) learnedCsrf = null;
    if (before?.id === next?.id && JSON.stringify(before ?? null) === JSON.stringify(next)) return;
    if (announce) channel?.postMessage({ user: next });
    const type = !next ? "signed-out" : before && before.id !== next.id ? "changed-user" : before ? "updated" : "signed-in";
    if (before === undefined && !next) return; // nobody was, nobody is
    for (const listener of listeners) listener({ type, user: next });
  }

  async function session() {
    const state = await call("GET", "auth/session");
    lookedAt = Date.now();
    setUser(state.user);
    return state;
  }

  channel?.addEventListener("message", ({ data }) => {
    if (data?.user !== undefined) setUser(data.user, { announce: false });
    if (data?.done) session().catch(() => {});
  });

  /** A tab that comes back may have missed something: another person, a sign-out, a page from the back button. */
  function lookAgain(event) {
    if (user === undefined || document.visibilityState === "hidden") return;
    const restored = event.type === "pageshow" && event.persisted;
    const another = readCookie(CSRF_COOKIE) !== null && readCookie(CSRF_COOKIE) !== knownCsrf;
    if (restored || another || Date.now() - lookedAt > LOOK_AGAIN_MS) lookAtSession();
  }

  /** Another session than the one known: somebody signed in past this client. */
  function lookAtSession() {
    looking = true;
    session()
      .catch(() => {})
      .finally(() => (looking = false));
  }
  document.addEventListener("visibilitychange", lookAgain);
  addEventListener("pageshow", lookAgain);

  // Providers

  /** A place as the server wants it: its own as a path, any other in full. */
  function place(next = location.href) {
    const there = new URL(next, location.href);
    return there.origin === base.origin ? there.pathname + there.search + there.hash : there.href;
  }

  function startUrl(provider, { next, remember = false, popup = false } = {}) {
    const start = new URL(url(`auth/oauth/${encodeURIComponent(provider)}`));
    start.searchParams.set("next", place(next));
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
    const done = `${base.origin}/signed-in?origin=${encodeURIComponent(location.origin)}`;
    // Opened before anything is awaited, or the browser takes it for an advertisement.
    const opened = open(startUrl(provider, { next: done, remember, popup }), "flaskport", "popup,width=480,height=640");
    if (!opened) return Promise.reject(new FlaskportError(0, { code: "popup_blocked", message: "Allow the window." }));
    return new Promise((resolve, reject) => {
      const finish = ({ error } = {}) => {
        clearInterval(timer);
        removeEventListener("message", onMessage);
        channel?.removeEventListener("message", onChannel);
        if (error) return reject(new FlaskportError(401, { code: error, message: "The provider signed nobody in." }));
        session().then((state) =>
          state.user ? resolve(state) : reject(new FlaskportError(401, { code: "access_denied", message: "Closed." })),
        reject);
      };
      const onMessage = ({ origin, data }) => origin === base.origin && data?.flaskport === "done" && finish(data);
      const onChannel = ({ data }) => data?.done && finish(data);
      const timer = setInterval(() => opened.closed && finish(), 500);
      addEventListener("message", onMessage);
      channel?.addEventListener("message", onChannel);
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
    register: (fields) => call("POST", "auth/register", fields),
    async signIn(fields) {
      const { user: signedIn } = await call("POST", "auth/login", fields);
      setUser(signedIn);
      return signedIn;
    },
    async signOut() {
      await call("POST", "auth/logout");
      setUser(null);
    },
    async signOutEverywhere() {
      await call("POST", "auth/logout-all");
      setUser(null);
    },
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
        const wish = { next: place(next) };
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
