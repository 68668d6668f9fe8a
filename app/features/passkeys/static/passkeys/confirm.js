/** Whoever has a passkey confirms with it: what asks for two factors is content with that, too. */
import { client } from "../pages/client.js";
import { openDialog } from "../pages/dialogs.js";
import { Cancelled, onPress } from "../pages/form.js";
import { t } from "../pages/texts.js";
import { ceremony } from "./ceremony.js";

export const shows = "passkey";
export const label = () => t("Use your passkey");
export const load = async () => ({ passkeys: await client.passkeys.list() });
export const fits = ({ passkeys }) => passkeys.length > 0 && client.passkeys.isAvailable();

export default async function askForPasskey(_me, others) {
  const setUp = (dialog, close) => {
    onPress(dialog.querySelector("[data-yes]"), async () => {
      await ceremony(() => client.passkeys.confirm());
      close(true);
    });
  };
  if (!(await openDialog("confirm-by-passkey", {}, setUp, others))) throw new Cancelled();
}
