/** As much of a browser as flaskport.js needs: one page's address, cookies, locks. Every request is noted. */

const origin = new URL(process.env.SERVER).origin;
const jar = new Map();
export const requests = [];

/** What a test wants to see of one person's browser, or to take away from it. */
export const cookies = {
  get: (name) => jar.get(name)?.value,
  set: (name, value) => jar.set(name, { ...jar.get(name), value }),
  clear: () => jar.clear(),
  all: () => new Map(jar),
  put: (others) => (jar.clear(), others.forEach((value, name) => jar.set(name, value))),
};

function store(line) {
  const [pair, ...attributes] = line.split(/; */);
  const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
  const parts = attributes.map((text) => text.split("="));
  const of = Object.fromEntries(parts.map(([key, as]) => [key.toLowerCase(), as ?? true]));
  if (of["max-age"] === "0") jar.delete(name);
  else jar.set(name, { value, path: of.path ?? "/", hidden: Boolean(of.httponly) });
}

function sent(path, hidden) {
  const fitting = [...jar].filter(([, kept]) => path.startsWith(kept.path ?? "/") && (hidden || !kept.hidden));
  return fitting.map(([name, kept]) => `${name}=${kept.value}`).join("; ");
}

/** That of a program: no cookies, no origin. */
export const ownFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const path = new URL(request.url).pathname;
  const headers = new Headers(request.headers);
  headers.set("Cookie", sent(path, true));
  headers.set("Sec-Fetch-Site", "same-origin");
  if (request.method !== "GET") headers.set("Origin", origin);
  const noted = { method: request.method, path, url: request.url };
  requests.push(noted);
  const response = await ownFetch(new Request(request, { headers }));
  noted.status = response.status;
  response.headers.getSetCookie().forEach(store);
  return response;
};

let lock = Promise.resolve();
const locks = {
  request: (_name, task) => {
    const mine = lock.then(task);
    lock = mine.catch(() => {});
    return mine;
  },
};

const globals = {
  location: new URL(origin),
  navigator: { locks },
  addEventListener: () => {},
  document: {
    visibilityState: "visible",
    addEventListener: () => {},
    get cookie() {
      return sent("/", false);
    },
    set cookie(line) {
      store(line);
    },
  },
};
for (const [name, value] of Object.entries(globals)) {
  Object.defineProperty(globalThis, name, { value, configurable: true });
}
