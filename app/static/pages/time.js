/** Moments as people say them; the exact one is in the element. */

const language = document.documentElement.lang;
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
const exact = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });
const STEPS = [
  ["minute", 60],
  ["hour", 3600],
  ["day", 86_400],
];

function element(iso, text) {
  const time = document.createElement("time");
  time.dateTime = iso;
  time.title = exact.format(new Date(iso));
  time.textContent = text;
  return time;
}

/** "3 hours ago", "in 2 days"; a date where that is more than a month away. */
export function fromNow(iso) {
  const seconds = (new Date(iso) - Date.now()) / 1000;
  if (Math.abs(seconds) < 60) return element(iso, seconds > 0 ? "in a moment" : "just now");
  if (Math.abs(seconds) > 31 * 86_400) return onDay(iso);
  const [unit, size] = STEPS.findLast(([, step]) => Math.abs(seconds) >= step);
  return element(iso, relative.format(Math.trunc(seconds / size), unit));
}

export function onDay(iso) {
  return element(iso, day.format(new Date(iso)));
}
