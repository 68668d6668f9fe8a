/** Dialogs: made from a template, gone when closed. The browser keeps the focus inside and gives it back. */
import { clone, keepSaid } from "./dom.js";
import { Cancelled, onPress, onSubmit } from "./form.js";
import { revealPasswords } from "./passwords.js";

/** Opens one. `setUp(dialog, close)` brings it to life; what is answered is what `close` was given, or undefined. */
export function openDialog(template, slots, setUp) {
  const dialog = clone(template, slots).firstElementChild;
  document.body.append(dialog);
  revealPasswords(dialog);
  return new Promise((resolve) => {
    let answer;
    const close = (value) => {
      answer = value;
      dialog.close();
    };
    for (const button of dialog.querySelectorAll("[data-close]")) button.addEventListener("click", () => close());
    dialog.addEventListener("close", () => {
      keepSaid();
      dialog.remove();
      resolve(answer);
    });
    setUp(dialog, close);
    dialog.showModal();
  });
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

/** Thrown by a way to confirm, where the person wants to do so in another one. */
export class AnotherWay extends Error {}

/**
 * A dialog with one field for a code, which `verify(code)` judges. `more`: there are other ways, so it leads to them.
 * `setUp(form)` does what else the dialog needs.
 */
export async function askForCode(template, verify, more, { refusals = OF_FACTORS, setUp } = {}) {
  const done = await openDialog(template, {}, (dialog, close) => {
    const another = dialog.querySelector("[data-another]");
    another.hidden = !more;
    another.addEventListener("click", () => close(AnotherWay));
    const judge = async ({ code }) => {
      await verify(code);
      close(true);
    };
    const form = dialog.querySelector("form");
    onSubmit(form, judge, { refusals });
    setUp?.(form);
  });
  if (!done) throw new Cancelled();
  if (done === AnotherWay) throw new AnotherWay();
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
