/** Whoever has an authenticator app confirms with it: what asks for two factors is content with that, too. */
import { client } from "../pages/client.js";
import { askForCode } from "../pages/dialogs.js";

export const shows = "totp";
export const fits = ({ hasTotp }) => hasTotp;
export const load = async () => ({ hasTotp: Boolean((await client.totp.state()).confirmed_at) });

export default (_me, more) => askForCode("confirm-by-totp", client.totp.verify, more);
