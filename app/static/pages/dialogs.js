/** Dialogs: made from a template, gone when closed. The browser keeps the focus inside and gives it back. */
import { client } from "./client.js";
import { clone, keepSaid } from "./dom.js";
import { Cancelled, onPress, onSubmit } from "./form.js";
import { revealPasswords } from "./passwords.js";
import { mark } from "./providers.js";

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

/**
 * Do something that needs a fresh session: where it is not, ask for the password and do it again. `me` is who is
 * signed in: `{ email, hasPassword, identities, providers }`. A password that is known already is not asked for again.
 */
export async function freshly(me, action, password) {
  try {
    return await action();
  } catch (error) {
    if (error.code !== "fresh_required") throw error;
  }
  if (password) await client.confirm(password);
  else if (me.hasPassword) await askForPassword(me);
  else await askForProvider(me);
  return action();
}

async function askForPassword({ email }) {
  const done = await openDialog("confirm", { email }, (dialog, close) => {
    const form = dialog.querySelector("form");
    form.elements.username.value = email;
    onSubmit(form, async (fields) => {
      await client.confirm(fields.password);
      close(true);
    });
  });
  if (!done) throw new Cancelled();
}

/** Without a password, being fresh means signing in again; it goes on from the account page. */
async function askForProvider({ identities, providers }) {
  await openDialog("confirm-with-provider", {}, (dialog) => {
    const names = new Set(identities.map(({ provider }) => provider));
    dialog.querySelector("ul").append(
      ...providers
        .filter(({ name }) => names.has(name))
        .map(({ name, label }) => {
          const copy = clone("provider", { mark: mark(name, label), label });
          onPress(copy.querySelector("button"), () => client.signInWith(name));
          return copy;
        }),
    );
  });
  throw new Cancelled();
}
