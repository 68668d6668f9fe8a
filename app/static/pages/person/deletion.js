/** Deleting a person's account, after their address was typed. */
import { client } from "../client.js";
import { openDialog } from "../dialogs.js";
import { notify } from "../dom.js";
import { onOpen, onSubmit } from "../form.js";
import { freshly } from "../fresh.js";
import { t } from "../texts.js";

export default function deletion(dialog, person) {
  const button = dialog.querySelector("#person-delete");
  if (!button) return; // who may only look
  if (person.isMe) return dialog.querySelector("#person-deletion").remove(); // that is on the account page
  onOpen(button, async () => {
    if (!(await askForDeletion(person))) return;
    person.gone();
    notify(t("The account of %(name)s is deleted.", person));
  });
}

function askForDeletion({ user: { email }, name, me, path }) {
  return openDialog("delete-person", { name, email }, (dialog, close) => {
    onSubmit(dialog.querySelector("form"), async ({ typed }) => {
      if (typed.trim().toLowerCase() !== email.toLowerCase()) throw notTyped();
      await freshly(me, () => client.call("DELETE", path));
      close(true);
    });
  });
}

function notTyped() {
  return Object.assign(new Error("not typed"), { errors: { typed: [t("Type the e-mail address exactly as above.")] } });
}
