/** Templates become nodes, and what happens is said to those who do not see it. Text stays text. */

/**
 * A copy of what stands in a `<template>`, with the sections that are for it. Each element with `data-slot` is filled
 * from `slots`: with a text or a node, not at all (`true`), or taken out (`null`, `false`).
 */
export function clone(id, slots = {}) {
  const copy = document.getElementById(id).content.cloneNode(true);
  const place = copy.querySelector("[data-sections]");
  place?.replaceWith(...sectionsFor(place.dataset.sections));
  for (const [name, value] of Object.entries(slots)) {
    for (const slot of copy.querySelectorAll(`[data-slot="${name}"]`)) {
      if (value === null || value === false) slot.remove();
      else if (value !== true) slot.replaceChildren(value);
    }
  }
  return copy;
}

const sectionsFor = (slot) =>
  [...document.querySelectorAll(`template[data-section="${slot}"]`)].map(({ content }) => content.cloneNode(true));

/** Show another drawing of icons.svg in an `<svg class="icon">`. */
export function setIcon(svg, name) {
  const use = svg.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
}

/** The page's script runs: what the style sheet would say in a moment, if it did not, need not be said. */
export function scriptRuns() {
  document.getElementById("no-script")?.remove();
}

// The way back from a provider ends with an empty fragment (app/browser/destinations.py), which nobody needs to see.
if (location.href.endsWith("#")) history.replaceState(history.state, "", location.pathname + location.search);

let taken = null;

/**
 * The secret of a mail's link, if it was that link that led here. It leaves the address bar and the history, and so what
 * is looked at over a shoulder, copied or synchronised.
 */
export function takeToken() {
  taken = new URLSearchParams(location.hash.slice(1)).get("token");
  if (taken) history.replaceState(history.state, "", location.pathname + location.search);
  return taken;
}

// A link to this page in another language keeps the rest of its address, of which no server writes anything into a page,
// and what was taken from it.
document.querySelector(".languages")?.addEventListener("click", ({ target }) => {
  const link = target.closest("a");
  if (!link) return;
  const there = new URL(location.href);
  there.searchParams.set("lang", link.hreflang);
  if (taken) there.hash = new URLSearchParams({ token: taken });
  link.href = there.href;
});

const announcer = document.getElementById("announcer");
const notice = document.getElementById("notice");
let fading;

/** For screen readers only: what begins, or is there now. */
export function announce(text) {
  say(announcer, text);
}

/** For everybody, at the foot of the window: what was done, with a button that takes it back, which stays longer. */
export function notify(text, button = null) {
  clearTimeout(fading);
  say(notice, text);
  if (button) notice.append(" ", button);
  fading = setTimeout(hush, button ? 30_000 : 8000);
}

export function hush() {
  notice.textContent = "";
}

/** Behind an open dialog nothing is read out, so it is said in there. */
function say(place, text) {
  moveToTop(place);
  place.textContent = text;
}

function moveToTop(place) {
  const host = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  if (place.parentElement !== host) host.append(place);
}

/** A dialog that closes does not take along what was said in it. */
export function keepSaid() {
  for (const place of [announcer, notice]) moveToTop(place);
}

/** Take a row out of its list, and leave the focus where the next one is, or at the heading. */
export function removeRow(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  const target = next?.querySelector("button, a") ?? row.closest("section, dialog, main")?.querySelector("h1, h2, h3");
  row.remove();
  focusOn(target);
}

/** Also a heading can have the focus, when it says what is new on the page. */
export function focusOn(element) {
  if (!element) return;
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus();
}
