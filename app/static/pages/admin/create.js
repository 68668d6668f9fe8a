/** A new account for somebody else, without a password. */
import { client } from "../client.js";
import { openDialog } from "../dialogs.js";
import { notify } from "../dom.js";
import { onOpen, onSubmit } from "../form.js";
import { freshly } from "../fresh.js";
import { may, permissionsOf } from "../private.js";
import { t } from "../texts.js";

/** `onCreated(user)` shows them. */
export function offerNewAccount(button, me, onCreated) {
  if (!may(me.role, "users:write")) return button.remove();
  onOpen(button, async () => {
    const made = await askForNew(me);
    if (!made) return;
    onCreated(made);
    notify(t("%(email)s has an account.", made)); // in there
  });
}

function askForNew(me) {
  return openDialog("new-user", {}, (dialog, close) => {
    const form = dialog.querySelector("form");
    const refusals = { email_taken: { field: "email" }, role_above_yours: { field: "role" } };
    for (const option of [...form.elements.role.options]) {
      if (!permissionsOf(option.value).every((name) => may(me.role, name))) option.remove();
    }
    const create = async ({ email, name, role }) => {
      const fields = { email, name: name || null, role, email_verified: form.elements.email_verified.checked };
      close(await freshly(me, () => client.call("POST", "api/users", fields)));
    };
    onSubmit(form, create, { refusals });
  });
}
