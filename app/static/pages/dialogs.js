/** Dialogs: made from a template, gone when closed. The browser keeps the focus inside and gives it back. */
import { clone, keepSaid } from "./dom.js";
import { Cancelled, onPress, onSubmit } from "./form.js";
import { revealPasswords } from "./passwords.js";
import { t } from "./texts.js";

/**
 * Opens one. `setUp(dialog, close)` brings it to life; what is answered is what `close` was given, or undefined. `others`
 * are other ways to do what it is for: it throws AnotherWay with the one that the person chooses.
 */
export function openDialog(template, slots, setUp, others = []) {
  const dialog = clone(template, slots).firstElementChild;
  document.body.append(dialog);
  revealPasswords(dialog);
  return new Promise((resolve, reject) => {
    let answer;
    let another = null;
    const close = (value) => {
      answer = value;
      dialog.close();
    };
    for (const button of dialog.querySelectorAll("[data-close]")) button.addEventListener("click", () => close());
    dialog.addEventListener("close", () => {
      keepSaid();
      dialog.remove();
      if (another) reject(new AnotherWay(another));
      else resolve(answer);
    });
    setUp(dialog, close);
    offer(dialog, others, (way) => {
      another = way;
      dialog.close();
    });
    dialog.showModal();
  });
}

/** Below what the dialog asks for: a button for each other way, by its `label()`. */
function offer(dialog, others, choose) {
  if (!others.length) return;
  const group = Object.assign(document.createElement("div"), { className: "other-ways" });
  const title = Object.assign(document.createElement("p"), { className: "hint", id: `${dialog.getAttribute("aria-labelledby")}-others` });
  title.textContent = t("Use another way");
  group.setAttribute("role", "group");
  group.setAttribute("aria-labelledby", title.id);
  group.append(title, ...others.map((way) => buttonFor(way, () => choose(way))));
  dialog.querySelector(".dialog-body").append(group);
}

function buttonFor({ label }, press) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button full" });
  button.textContent = label?.() ?? t("Use another way");
  button.addEventListener("click", press);
  return button;
}

/** Whatever is open goes, and says that nobody closed it: it may show something private. */
export function closeDialogs() {
  for (const dialog of document.querySelectorAll("dialog[open]")) {
    dialog.dataset.gone = "";
    dialog.close();
    keepSaid();
    dialog.remove();
  }
}

const OF_FACTORS = { second_factor_refused: { field: "code" } };

/** Thrown where somebody wants to do what a dialog is for in another `way`. */
export class AnotherWay extends Error {
  constructor(way) {
    super("another way");
    this.way = way;
  }
}

/**
 * A dialog with one field for a code, which `verify(code)` judges. `others`: as of openDialog. `setUp(form)` does what
 * else the dialog needs.
 */
export async function askForCode(template, verify, others, { refusals = OF_FACTORS, setUp } = {}) {
  const begin = (dialog, close) => {
    const judge = async ({ code }) => {
      await verify(code);
      close(true);
    };
    const form = dialog.querySelector("form");
    onSubmit(form, judge, { refusals });
    setUp?.(form);
  };
  if (!(await openDialog(template, {}, begin, others))) throw new Cancelled();
}

/** Ask before something that is not easily taken back. The dialog stays until `work` is through. */
export async function confirmed({ title, text, action, danger = true }, work) {
  const done = await openDialog("ask", { title, text, action }, (dialog, close) => {
    const button = dialog.querySelector("[data-yes]");
    button.classList.toggle("danger", danger);
    onPress(button, async () => {
      await work();
      close(true);
    });
  });
  if (!done) throw new Cancelled();
}
