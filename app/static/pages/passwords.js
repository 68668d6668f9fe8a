/** Fields for passwords: an eye that shows and covers them, and a word when Caps Lock is on. */
import { t } from "./texts.js";

export function revealPasswords(scope) {
  for (const button of scope.querySelectorAll(".reveal")) {
    const field = button.parentElement.querySelector("input");
    button.hidden = false;
    button.addEventListener("click", () => show(button, button.getAttribute("aria-pressed") !== "true"));
    for (const type of ["keydown", "keyup", "mousedown"]) field.addEventListener(type, sayCapsLock);
    field.addEventListener("blur", sayCapsLock);
  }
}

function show(button, shown) {
  button.setAttribute("aria-pressed", String(shown));
  button.parentElement.querySelector("input").type = shown ? "text" : "password";
}

/** Only keys and the mouse say how Caps Lock stands; without either nothing is known, and nothing said. */
function sayCapsLock(event) {
  const on = event.type !== "blur" && event.getModifierState?.("CapsLock");
  const place = event.target.closest(".field").querySelector(".caps");
  const text = on ? t("Caps Lock is on.") : "";
  if (place.textContent !== text) place.textContent = text;
}

/** Covered when sent: or the browser would remember it as ordinary text. */
export function cover(form) {
  form.querySelectorAll(".reveal").forEach((button) => show(button, false));
}
