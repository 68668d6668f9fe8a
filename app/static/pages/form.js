/** Forms and buttons that go through the client: busy while it works, refusals beside their fields. */
import { announce, hush } from "./dom.js";
import { cover } from "./passwords.js";
import { number, t, told } from "./texts.js";
import { isWaiting, waitAWhile } from "./waiting.js";
import { isSignedOut, sentence } from "./words.js";

/** Thrown by a step that the person called off: nothing went wrong, and nothing is said. */
export class Cancelled extends Error {}

/**
 * `send(fields)` does what the form is for. What it throws is shown beside its fields, or above them. `refusals` are
 * codes that belong to a field: `{ code: { field, message? } }`. `focus` names the field to try again with.
 */
export function onSubmit(form, send, { refusals = {}, focus } = {}) {
  const button = form.querySelector("button[type=submit]");
  button.disabled = false; // until here a form would have been sent by the browser itself
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isBusy(button) || isWaiting(button) || isIncomplete(form)) return;
    cover(form);
    busy(button, () => send(Object.fromEntries(new FormData(form)))).catch((error) => {
      refuse(form, error, refusals);
      if (error.code === "too_many_attempts" && error.retryAfter) waitAWhile(button, alertOf(form), error.retryAfter);
      else if (focus && !form.querySelector("[aria-invalid=true]")) form.elements[focus].select();
    });
  });
}

/** The same for a button beside the form, which sends some of its fields only: those of these `names`. */
export function onSend(form, button, names, send, { refusals = {} } = {}) {
  button.disabled = false;
  button.addEventListener("click", () => {
    if (isBusy(button) || isWaiting(button) || isIncomplete(form, names)) return;
    cover(form);
    const fields = Object.fromEntries(names.map((name) => [name, form.elements[name].value]));
    busy(button, () => send(fields)).catch((error) => {
      refuse(form, error, refusals);
      if (error.code === "too_many_attempts" && error.retryAfter) waitAWhile(button, alertOf(form), error.retryAfter);
    });
  });
}

/** The same for a button alone, or a link; what it throws is shown in the alert of its section. */
export function onPress(button, work) {
  const around = () => button.closest("section, dialog, .card") ?? document.getElementById("main");
  button.disabled = false;
  button.addEventListener("click", (event) => {
    if (isForAnotherTab(event)) return;
    event.preventDefault();
    if (isBusy(button)) return;
    clearAlert(around());
    busy(button, async () => work()).catch((error) => refuse(around(), error));
  });
}

/** For a button, or a link, that opens a dialog, which is then what works. */
export function onOpen(button, open) {
  const scope = () => button.closest("section, dialog") ?? document.getElementById("main");
  button.disabled = false;
  button.addEventListener("click", (event) => {
    if (isForAnotherTab(event)) return;
    event.preventDefault();
    clearAlert(scope());
    open().catch((error) => refuse(scope(), error));
  });
}

/** What browsers take for a wish to open a link elsewhere is theirs. */
function isForAnotherTab({ currentTarget, metaKey, ctrlKey, shiftKey }) {
  return currentTarget.matches("a") && (metaKey || ctrlKey || shiftKey);
}

// Busy

export const isBusy = (button) => button.getAttribute("aria-busy") === "true";

const running = new Set();
export const isWorking = () => running.size > 0;
/** Once everything that runs now is through. */
export const settled = () => Promise.allSettled([...running]);

let signInAgain = null;
/** What to do when a step finds that the session has ended: it comes back once the same person is signed in again. */
export function whenSessionEnds(handler) {
  signInAgain = handler;
}

/** A step that was refused because the session has ended did nothing: after a sign-in it is taken again. */
async function withSession(work) {
  try {
    return await work();
  } catch (error) {
    if (!signInAgain || !isSignedOut(error)) throw error;
    await signInAgain();
    return work();
  }
}

/** Not `disabled`: that would take the focus away from where the person is. */
async function busy(button, work) {
  button.setAttribute("aria-busy", "true");
  button.setAttribute("aria-disabled", "true");
  hush(); // what was said of the step before is no answer to this one
  announce(button.dataset.busy ?? t("One moment …"));
  const step = withSession(work);
  running.add(step);
  try {
    return await step;
  } finally {
    running.delete(step);
    idle(button);
    announce("");
  }
}

function idle(button) {
  button.removeAttribute("aria-busy");
  button.removeAttribute("aria-disabled");
}

// A page that was left while it worked, and comes back from the history, does not work any more.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  running.clear();
  document.querySelectorAll("[aria-busy]").forEach(idle);
});

// Refusals

/** Says what is wrong with the fields, and above them what belongs to none. Focuses the first wrong field. */
export function refuse(scope, error, refusals = {}) {
  if (error instanceof Cancelled) return;
  const known = refusals[error.code];
  const errors = known ? { [known.field]: known.message?.() ?? sentence(error) } : (error.errors ?? {});
  const left = [];
  for (const [name, what] of Object.entries(errors)) {
    const text = what instanceof Node ? what : flat(what).map(told).join(" ");
    if (!complain(scope, name, text)) left.push(text);
  }
  const first = scope.querySelector?.("[aria-invalid=true]");
  if (first) (first.matches("fieldset") ? first.querySelector("input") : first).focus();
  else alertIn(scope, error.code === "validation_failed" && left.length ? left.join(" ") : sentence(error));
}

/** Messages of a field, of the items of a list, of anything within. */
function flat(what) {
  return typeof what === "object" && what !== null ? Object.values(what).flatMap(flat) : [String(what)];
}

function complain(scope, name, what) {
  const problem = scope.querySelector(`[data-problem="${name}"]`);
  if (!problem) return false;
  const field = document.getElementById(problem.dataset.of);
  problem.replaceChildren(document.createElement("span"));
  problem.firstChild.append(what);
  problem.hidden = false;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", [...described(field, problem), problem.id].join(" "));
  field.addEventListener("input", () => forgive(field, problem), { once: true });
  return true;
}

const described = (field, problem) =>
  (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== problem.id);

function forgive(field, problem) {
  problem.hidden = true;
  field.removeAttribute("aria-invalid");
  const rest = described(field, problem);
  if (rest.length) field.setAttribute("aria-describedby", rest.join(" "));
  else field.removeAttribute("aria-describedby");
}

/** Takes back what was said before, and says of all fields at once, or those of these names, what is wrong with them. */
function isIncomplete(form, names) {
  clearAlert(form);
  for (const problem of form.querySelectorAll("[data-problem]")) {
    forgive(document.getElementById(problem.dataset.of), problem);
  }
  const wrong = [...form.elements].filter((field) => {
    const what = field.willValidate && (names?.includes(field.name) ?? true) && whatIsWrong(field);
    return what && complain(form, field.name, what);
  });
  wrong[0]?.focus();
  return wrong.length > 0;
}

/** What needs no server to be known. That judges again, and has the last word. */
function whatIsWrong({ value, required, minLength, type, dataset, validationMessage, validity }) {
  if (!value) return required && (dataset.missing ?? t("Fill this in."));
  const length = [...value].length;
  if (length < minLength) return t("Use at least %(least)s characters.", { least: number(minLength) });
  if (length > Number(dataset.longest ?? Infinity)) return t("Use at most %(most)s characters.", { most: number(dataset.longest) });
  if (validity.customError) return validationMessage; // what a section has found out (setCustomValidity)
  const address = type !== "email" || /^[^@]+@[^@]+\.[^@.]+$/.test(value.normalize("NFKC").trim());
  return !address && t("Not a valid e-mail address.");
}

const alertOf = (scope) =>
  scope.querySelector("[role=alert]") ?? scope.closest(".card, dialog, section")?.querySelector("[role=alert]");

export function alertIn(scope, text) {
  const alert = alertOf(scope);
  alert?.replaceChildren(text);
  alert?.scrollIntoView({ block: "nearest" });
}

function clearAlert(scope) {
  alertOf(scope)?.replaceChildren();
}
