/** A recovery code shows a second factor where no other is at hand. For a fresh session alone it is too precious. */
import { client } from "../pages/client.js";
import { askForCode } from "../pages/dialogs.js";

export const shows = "recovery_code";

export default (_me, more) => askForCode("confirm-by-recovery-code", client.recoveryCodes.verify, more);
