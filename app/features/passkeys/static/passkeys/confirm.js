/** Whoever has a passkey confirms with it, where there is no password, or a second factor is asked for. */
import { client } from "../pages/client.js";
import { openDialog } from "../pages/dialogs.js";
import { Cancelled, onPress } from "../pages/form.js";
import { ceremony } from "./ceremony.js";

export const shows = "passkey";
export const load = async () => ({ passkeys: await client.passkeys.list() });
export const fits = ({ passkeys }) => passkeys.length > 0 && client.passkeys.isAvailable();

export default async function askForPasskey() {
  const done = await openDialog("confirm-by-passkey", {}, (dialog, close) => {
    onPress(dialog.querySelector("[data-yes]"), async () => {
      await ceremony(() => client.passkeys.confirm());
      close(true);
    });
  });
  if (!done) throw new Cancelled();
}
