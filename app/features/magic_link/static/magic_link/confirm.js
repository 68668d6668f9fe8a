/** Whoever reads the account's mails is mailed a code. It comes after the other ways. */
import { client } from "../pages/client.js";
import { openDialog } from "../pages/dialogs.js";
import { Cancelled, onSubmit } from "../pages/form.js";
import { t } from "../pages/texts.js";

export const label = () => t("Have a code mailed to you");
export const fits = () => true;

export default async function askForCode({ email }, others) {
  await client.magicLink.askToConfirm();
  const setUp = (dialog, close) => {
    onSubmit(dialog.querySelector("form"), async ({ code }) => {
      await client.magicLink.confirm(code);
      close(true);
    });
  };
  if (!(await openDialog("confirm-by-mail", { email }, setUp, others))) throw new Cancelled();
}
