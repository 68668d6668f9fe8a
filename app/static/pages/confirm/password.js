/** Who has a password confirms with it. */
import { client } from "../client.js";
import { openDialog } from "../dialogs.js";
import { Cancelled, onSubmit } from "../form.js";

export const fits = ({ hasPassword }) => hasPassword;

export default async function askForPassword({ email }) {
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
