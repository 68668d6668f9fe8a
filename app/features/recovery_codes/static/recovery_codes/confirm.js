/** A recovery code shows a second factor where no other is at hand. For a fresh session alone it is too precious. */
import { client } from "../pages/client.js";
import { askForCode } from "../pages/dialogs.js";
import { t } from "../pages/texts.js";

export const shows = "recovery_code";
export const label = () => t("Use a recovery code");

export default (_me, others) => askForCode("confirm-by-recovery-code", client.recoveryCodes.verify, others);
