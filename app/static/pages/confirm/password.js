/** Who has a password confirms with it. */
import { client } from "../client.js";
import { openDialog } from "../dialogs.js";
import { Cancelled, onSubmit } from "../form.js";
import { t } from "../texts.js";

export const label = () => t("Use your password");
export const fits = ({ hasPassword }) => hasPassword;

export default async function askForPassword({ email }, others) {
  const setUp = (dialog, close) => {
    const form = dialog.querySelector("form");
    form.elements.username.value = email;
    onSubmit(form, async (fields) => {
      await client.confirm(fields.password);
      close(true);
    });
  };
  if (!(await openDialog("confirm", { email }, setUp, others))) throw new Cancelled();
}
