/** Sessions as rows: which browser on what, from where, and since when. */
import { client } from "./client.js";
import { clone, setIcon } from "./dom.js";
import { onPress } from "./form.js";
import { t } from "./texts.js";
import { ago } from "./time.js";

const FEW = 10;
const MANY = 100;

// The order counts: each of these also calls itself what comes after it.
const BROWSERS = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(Chrome|CriOS|HeadlessChrome)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const SYSTEMS = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/CrOS/, "ChromeOS"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];
const found = (list, text) => list.find(([pattern]) => pattern.test(text))?.[1];

/** `{ name, icon }` of what calls itself this. */
export function describe(userAgent) {
  const browser = /^Mozilla\//.test(userAgent) && found(BROWSERS, userAgent);
  const system = found(SYSTEMS, userAgent);
  if (browser) {
    const icon = /Mobile|iPhone|iPad|Android/.test(userAgent) ? "phone" : "computer";
    return { name: system ? t("%(browser)s on %(system)s", { browser, system }) : browser, icon };
  }
  const program = userAgent.match(/^[\w.+-]{1,40}/)?.[0];
  return { name: program ?? t("Unknown device"), icon: program ? "terminal" : "computer" };
}

function lastSeen(iso) {
  const time = ago(iso);
  time.textContent = t("last seen %(when)s", { when: time.textContent });
  return time;
}

/** A row for a session, with its button, or without where it cannot be ended. */
export function deviceRow(session, { current = false, mayEnd = true } = {}) {
  const byAnother = { name: t("Somebody who looks after the users"), icon: "computer" };
  const { name, icon } = session.by_another ? byAnother : describe(session.user_agent);
  const row = clone("device", {
    name,
    current,
    address: session.address || (session.by_another ? t("acting for this account") : t("unknown address")),
    seen: current ? t("active now") : lastSeen(session.last_seen_at),
    since: ago(session.created_at),
    end: mayEnd,
    which: `${name}, ${session.address}`,
  }).firstElementChild;
  setIcon(row.querySelector("svg"), icon);
  row.title = session.user_agent;
  return row;
}

/**
 * The sessions under `path`, the last seen first: ten, and with `more` the others. `draw(sessions, first)` adds rows,
 * to an empty list where they are the `first`. Answers the function that shows the first ones anew.
 */
export function sessionPages(path, more, draw) {
  let cursor;

  async function load(limit, first) {
    const query = new URLSearchParams(first ? { limit } : { limit, cursor });
    const { items, next_cursor: next } = await client.call("GET", `${path}?${query}`);
    cursor = next;
    more.hidden = !next;
    draw(items, first);
  }

  onPress(more, () => load(MANY, false));
  return () => load(FEW, true);
}
