/** Whoever has neither a password nor a provider to confirm with is mailed a code. */
import { client } from "../pages/client.js";
import { openDialog } from "../pages/dialogs.js";
import { Cancelled, onSubmit } from "../pages/form.js";

export const fits = () => true; // it comes after the other ways

export default async function askForCode({ email }) {
  await client.magicLink.askToConfirm();
  const done = await openDialog("confirm-by-mail", { email }, (dialog, close) => {
    onSubmit(dialog.querySelector("form"), async ({ code }) => {
      await client.magicLink.confirm(code);
      close(true);
    });
  });
  if (!done) throw new Cancelled();
}
