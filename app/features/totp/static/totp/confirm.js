/** Whoever has an authenticator app confirms with it: what asks for two factors is content with that, too. */
import { client } from "../pages/client.js";
import { askForCode } from "../pages/dialogs.js";
import { t } from "../pages/texts.js";

export const shows = "totp";
export const label = () => t("Use your authenticator app");
export const fits = ({ hasTotp }) => hasTotp;
export const load = async () => ({ hasTotp: Boolean((await client.totp.state()).confirmed_at) });

export default (_me, others) => askForCode("confirm-by-totp", client.totp.verify, others);
