/**
 * Flaskport's browser client: an ES module without packages. docs/browser.md shows it in use.
 *
 * No script can read the tokens' cookies, so nothing is stored here. It does what every front end would write again:
 * send the CSRF header, refresh an expired session once for all tabs, try again, and tell all tabs who is signed in.
 */

import {
  CSRF_HEADER, FlaskportError, SAFE, Step, answerOf, asJson, ask, changeOf, csrfValue, failure, inBrowser,
  laterWithTheSame, needBrowser, onReturn, openWindow, place, placesOf, remedied, resultOf,
} from "./flaskport-browser.js";
import * as allParts from "./flaskport-parts.js";

export { FlaskportError, Step, allParts as parts };

const LOOK_AGAIN_MS = 10_000;

/** `parts` are what features add, by their names: `{ keys }` becomes `client.keys`. All that there are by default. */
export function createClient({ baseUrl = "/", parts = allParts } = {}) {
  const tab = Object.assign(new Tab(), placesOf(baseUrl));
  const core = coreOf(tab);
  const client = {
    fetch: core.fetch, call: core.call, session: core.session,
    get user() { return tab.user ?? null; },
    onChange(listener) {
      tab.begin();
      tab.listeners.add(listener);
      return () => tab.listeners.delete(listener);
    },
    close: () => tab.close(),
    ...accountOf(tab),
    devices: {
      list: async () => (await tab.call("GET", "auth/sessions")).items,
      revoke: (id) => tab.call("DELETE", `auth/sessions/${encodeURIComponent(id)}`),
    },
  };
  for (const [name, part] of Object.entries(parts)) client[name] = part(core);
  return client;
}

/** What a part is made with. */
const coreOf = (tab) => ({
  fetch: (input, init) => tab.fetch(input, init),
  call: (method, path, body) => tab.call(method, path, body),
  remedy: (code, find) => tab.remedies.set(code, find),
  session: () => tab.session(),
  setUser: (user) => tab.turn(user),
  signedIn: (answer) => tab.signedIn(answer),
  url: (path) => tab.url(path),
  place: (next) => place(tab.base, next),
  popup: (addressOf) => tab.popup(addressOf),
});

const accountOf = (tab) => ({
  register: (fields) => tab.call("POST", "auth/register", fields).then((made) => resultOf(made, tab.base) ?? made),
  signIn: async (fields) => tab.signedIn(await tab.call("POST", "auth/login", fields)),
  signOut: () => tab.call("POST", "auth/logout").then(() => tab.turn(null)),
  signOutEverywhere: () => tab.call("POST", "auth/logout-all").then(() => tab.turn(null)),
  confirm: (password) => tab.call("POST", "auth/confirm", { password }),
  async changePassword(fields) {
    await tab.call("POST", "auth/password", fields);
    tab.knownCsrf = tab.csrf(); // the session is another one now
  },
});

/** What one tab knows of the server, in the places of `placesOf`, and of who is signed in there. */
class Tab {
  user; // undefined until somebody asked
  channel; // to other tabs: undefined until this is used, null where there is none
  learnedCsrf = null; // what the server said last
  knownCsrf = null; // of the session that `user` stands for
  turns = 0; // of who is signed in
  lookedAt = 0;
  looking = false;
  ownRefresh = null;
  closing = new AbortController();
  remedies = new Map([["busy", laterWithTheSame]]); // by the code of a refusal
  listeners = new Set();

  /** At the first use: a client that is made and thrown away, as in a page that React renders twice, leaves nothing. */
  begin() {
    if (this.channel !== undefined || !inBrowser()) return;
    this.channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(`flaskport ${this.base.href}`) : null;
    this.listen(this.closing.signal);
  }

  close() {
    this.closing.abort();
    this.channel?.close();
    this.channel = null;
    this.listeners.clear();
  }

  url(path) {
    return new URL(path.replace(/^\//, ""), this.base).href;
  }

  csrf() {
    return csrfValue(this.learnedCsrf);
  }

  async send(request, { user, knownCsrf } = {}) {
    needBrowser();
    const headers = new Headers(request.headers);
    if (!SAFE.has(request.method)) {
      const csrf = await this.csrfFor(user, knownCsrf);
      if (csrf) headers.set(CSRF_HEADER, csrf);
    }
    const response = await ask(new Request(request, { credentials: "include", headers }));
    this.learnedCsrf = response.headers.get(CSRF_HEADER) ?? this.learnedCsrf;
    return response;
  }

  /** With what goes a change that `user` wants? Where the cookies are another person's by now, with what is refused. */
  async csrfFor(user, known) {
    const unknown = this.csrf() === undefined || (this.csrf() === null && this.base.origin !== this.here.origin);
    if (unknown) await this.send(new Request(this.url("auth/session")));
    if (user && this.isAnother()) await this.lookAtSession();
    return user && (user.id !== this.user?.id || this.isAnother()) ? known : this.csrf();
  }

  async fetch(input, init) {
    const request = new Request(typeof input === "string" ? new URL(input, this.base) : input, init);
    if (new URL(request.url).origin !== this.base.origin) return fetch(request);
    this.begin();
    const sentAt = Date.now();
    const { user, knownCsrf } = this;
    const send = (each) => this.send(each, { user, knownCsrf });
    const response = await remedied(request, send, this.remedies);
    if (this.user && this.isAnother() && !this.looking) this.lookAtSession();
    if (response.headers.get("X-Auth-State") !== "expired") {
      // Signed out elsewhere, disabled, or the password changed: from here on nobody is signed in.
      const over = response.status === 401 && response.headers.get("X-Auth-State") === "anonymous";
      if (over && this.user) this.setUser(null);
      return response;
    }
    const refreshed = await this.refresh(sentAt);
    // What was answered for nobody may be asked again; what changed something was refused, or is done.
    if (refreshed && (response.status === 401 || SAFE.has(request.method))) return send(request);
    if (response.status === 401) {
      const over = await failure(response.clone());
      if (over.code !== "unexpected_answer") throw over; // the answer of another protocol (tRPC) speaks for itself
    }
    return response;
  }

  /** True once the session is fresh again, by this tab or another; false if it is over. */
  refresh(sentAt) {
    const once = () => this.refreshOnce(sentAt);
    if (navigator.locks) return navigator.locks.request(`flaskport refresh ${this.base.href}`, once);
    // Without https there are no locks. The server gives tabs that refresh at once the same successor.
    this.ownRefresh ??= once().finally(() => (this.ownRefresh = null));
    return this.ownRefresh;
  }

  async refreshOnce(sentAt) {
    if (this.refreshed.isSince(sentAt)) return true;
    const response = await this.send(new Request(this.url("auth/refresh"), { method: "POST" }));
    const body = await response.json().catch(() => ({}));
    if (response.ok && body.user) {
      this.refreshed.leave();
      this.setUser(body.user);
      return true;
    }
    // Over is what the server says is over, or that there is no CSRF value left; anything else is a failure.
    const over = response.status === 401 ? body.code : response.status === 403 && !this.csrf();
    if (!over) throw new FlaskportError(response.status, body);
    this.setUser(null);
    return false;
  }

  /** Send JSON, answer JSON. Throws FlaskportError. */
  async call(method, path, body) {
    return answerOf(await this.fetch(this.url(path), asJson(method, body)));
  }

  setUser(next, { announce = true } = {}) {
    const before = this.user;
    const same = JSON.stringify(before ?? null) === JSON.stringify(next);
    this.user = same ? (before ?? next) : next;
    this.knownCsrf = next ? this.csrf() : null;
    if (!next) this.learnedCsrf = null;
    if (same) return;
    if (announce) this.channel?.postMessage({ user: next });
    if (before === undefined && !next) return; // nobody was, nobody is
    for (const listener of this.listeners) listener(changeOf(before, next));
  }

  /** Somebody signed in or out, here or in another tab: what was asked before says nothing any more. */
  turn(user, how) {
    this.turns += 1;
    this.setUser(user, how);
  }

  signedIn(answer) {
    if (!answer.step) this.turn(answer.user);
    return resultOf(answer, this.base);
  }

  async session() {
    if (!inBrowser()) return { user: null };
    const { turns } = this;
    const state = await this.call("GET", "auth/session");
    if (turns !== this.turns && state.user?.id !== this.user?.id) return this.session();
    this.lookedAt = Date.now();
    this.setUser(state.user);
    return state;
  }

  /** Are the cookies of another session than the one known? Then somebody signed in past this client. */
  isAnother() {
    return this.csrf() !== null && this.csrf() !== this.knownCsrf;
  }

  /** A tab that comes back may have missed something: another person, a sign-out, a page from the back button. */
  lookAgain(event) {
    if (this.user === undefined || document.visibilityState === "hidden") return;
    const restored = event.type === "pageshow" && event.persisted;
    // A clock that was set back is no reason to wait.
    const recently = Math.abs(Date.now() - this.lookedAt) < LOOK_AGAIN_MS;
    if (restored || this.isAnother() || !recently) this.lookAtSession();
  }

  lookAtSession() {
    this.looking = true;
    return this.session().catch(() => {}).finally(() => (this.looking = false));
  }

  listen(signal) {
    const hear = ({ data }) => {
      if (data?.user !== undefined) this.turn(data.user, { announce: false });
      if (data?.done) this.session().catch(() => {});
    };
    this.channel?.addEventListener("message", hear, { signal });
    onReturn((event) => this.lookAgain(event), signal);
  }

  /**
   * A sign-in in a window of its own. `addressOf(end)` is where it begins, if it comes to the place `end` at last.
   * Answers the session once that is through. To be called straight from a click.
   */
  popup(addressOf) {
    this.begin();
    return openWindow(addressOf, this.base, this.channel).then(async () => {
      const state = await this.session();
      if (!state.user) throw new FlaskportError(401, { code: "access_denied", message: "Closed." });
      return state;
    });
  }
}
