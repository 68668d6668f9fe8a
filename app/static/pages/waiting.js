/** A refusal that says how long to wait: a sentence that counts down, and a button that waits with it. */
import { announce } from "./dom.js";
import { n, t } from "./texts.js";

const waiting = new WeakMap();

/** Does the button wait until it may be pressed again? */
export const isWaiting = (button) => waiting.has(button);

/**
 * Say for how long to wait, and make the button wait. What was typed stays. Screen readers are told at the beginning
 * and at the end, and not each second.
 */
export function waitAWhile(button, alert, seconds) {
  clearInterval(waiting.get(button)?.timer);
  const until = Date.now() + seconds * 1000; // a tab in the background is not told each second that goes by
  const told = document.createElement("span");
  told.className = "visually-hidden";
  told.textContent = sentenceFor(seconds);
  const shown = document.createElement("span");
  shown.ariaHidden = "true";
  alert?.replaceChildren(told, shown);
  button.setAttribute("aria-disabled", "true");
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (left <= 0) return end(button);
    shown.textContent = sentenceFor(left);
  };
  waiting.set(button, { alert, told, timer: setInterval(tick, 500) });
  // Another account may well be free.
  button.form?.elements.email?.addEventListener("input", () => end(button), { once: true });
  tick();
}

function end(button) {
  if (!isWaiting(button)) return;
  const { alert, told, timer } = waiting.get(button);
  clearInterval(timer);
  waiting.delete(button);
  button.removeAttribute("aria-disabled");
  if (alert?.contains(told)) alert.replaceChildren(); // and not what has been said since
  announce(t("You can try again now."));
}

function sentenceFor(seconds) {
  const minutes = Math.ceil(seconds / 60);
  if (seconds < 120) {
    return n(
      "Too many attempts. You can try again in %(count)s second.",
      "Too many attempts. You can try again in %(count)s seconds.",
      seconds,
    );
  }
  return n(
    "Too many attempts. You can try again in %(count)s minute.",
    "Too many attempts. You can try again in %(count)s minutes.",
    minutes,
  );
}
