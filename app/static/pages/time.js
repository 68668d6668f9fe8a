/** Moments as people say them; the exact one is in the element. Words and dates are in the page's language. */
import { locale, t } from "./texts.js";

const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
const exact = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "long" });
const minute = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
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

/** "12 Jan 2030, 14:30" */
export function moment(iso) {
  return element(iso, momentText(iso));
}

export const momentText = (iso) => minute.format(new Date(iso));

/**
 * "3 hours ago"; a date where that is more than a month ago. For what has happened: where this computer's clock is
 * behind the server's, that was just now, and not in half an hour.
 */
export function ago(iso) {
  const seconds = (Date.now() - new Date(iso)) / 1000;
  if (seconds < 60) return element(iso, t("just now"));
  if (seconds > 31 * 86_400) return onDay(iso);
  const [unit, size] = STEPS.findLast(([, step]) => seconds >= step);
  return element(iso, relative.format(-Math.trunc(seconds / size), unit));
}

export function onDay(iso) {
  return element(iso, day.format(new Date(iso)));
}
