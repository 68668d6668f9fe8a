/** Solves challenges: a proof of work by computing, that of a widget by showing it. Loaded when one has to be. */
import { t } from "../pages/texts.js";

/** The answer; undefined where the person called it off, or this browser cannot. */
export function solve(facts, url) {
  const known = { altcha: compute, turnstile: show, hcaptcha: show };
  return known[facts.provider]?.(facts, url);
}

// ALTCHA's proof of work, version 2, over PBKDF2: which counter leads to a key that begins so?

const AT_ONCE = 8; // the browser derives them beside the page, on as many cores as it likes
const BITS = 8;

async function compute({ challenge }) {
  if (!globalThis.crypto?.subtle) return undefined; // http
  const began = performance.now();
  for (let first = 0; ; first += AT_ONCE) {
    const counters = Array.from({ length: AT_ONCE }, (_, index) => first + index);
    const keys = await Promise.all(counters.map((counter) => derive(challenge.parameters, counter)));
    const found = keys.findIndex((key) => key.startsWith(challenge.parameters.keyPrefix));
    if (found < 0) continue;
    const time = Math.round(performance.now() - began);
    return btoa(JSON.stringify({ challenge, solution: { counter: counters[found], derivedKey: keys[found], time } }));
  }
}

async function derive({ nonce, salt, cost, keyLength }, counter) {
  const password = new Uint8Array([...bytes(nonce), ...new Uint8Array(4)]);
  new DataView(password.buffer).setUint32(password.length - 4, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  return hex(new Uint8Array(await crypto.subtle.deriveBits(how, key, keyLength * BITS)));
}

const bytes = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const hex = (them) => Array.from(them, (byte) => byte.toString(16).padStart(2, "0")).join("");

// A widget of somebody else's: in a page of the server, in a frame, in a dialog

const TITLE = t("Are you a robot?");
const HEIGHTS = { turnstile: "5rem" }; // hCaptcha may show pictures

function show({ provider, action }, url) {
  const address = new URL(url("challenge"));
  address.searchParams.set("action", action);
  const frame = element("iframe", { src: address.href, title: TITLE });
  Object.assign(frame.style, { border: "0", width: "100%", height: HEIGHTS[provider] ?? "36rem", maxHeight: "70vh" });
  const dialog = around(frame);
  return new Promise((resolve) => {
    const over = new AbortController();
    const hear = ({ data, origin, source }) => {
      const ours = source === frame.contentWindow && origin === address.origin;
      if (ours && data?.flaskport === "challenge") dialog.close(data.answer ?? "");
    };
    const end = () => {
      over.abort();
      dialog.remove();
      resolve(dialog.returnValue || undefined);
    };
    addEventListener("message", hear, { signal: over.signal });
    dialog.addEventListener("close", end, { signal: over.signal });
    dialog.showModal();
  });
}

/** With classes of the hosted pages; elsewhere as the browser shows it. */
function around(frame) {
  const cancel = element("button", { className: "button", type: "button", textContent: t("Cancel"), autofocus: true });
  const dialog = element("dialog", { className: "dialog", ariaLabel: TITLE });
  const [body, buttons] = ["dialog-body", "buttons"].map((className) => element("div", { className }));
  cancel.addEventListener("click", () => dialog.close(""));
  buttons.append(cancel);
  body.append(element("p", { textContent: t("Show that you are no robot.") }), frame, buttons);
  dialog.append(body);
  document.body.append(dialog);
  return dialog;
}

const element = (name, facts) => Object.assign(document.createElement(name), facts);
