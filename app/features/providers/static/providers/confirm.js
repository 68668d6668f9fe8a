/** Who comes by a provider signs in there again; it goes on from the account page. */
import { client } from "../pages/client.js";
import { openDialog } from "../pages/dialogs.js";
import { clone } from "../pages/dom.js";
import { Cancelled, onPress } from "../pages/form.js";
import { t } from "../pages/texts.js";
import { mark } from "./mark.js";

export async function load() {
  const [opens, providers] = await Promise.all([client.identities.list(), client.providers()]);
  return { hasPassword: opens.has_password, identities: opens.items, providers };
}

export const label = () => t("Sign in with a connected account");
export const fits = (me) => usable(me).length > 0;

/** Those that open the account, and are on. */
function usable({ identities, providers }) {
  const names = new Set(identities.map(({ provider }) => provider));
  return providers.filter(({ name }) => names.has(name));
}

export default async function askForProvider(me, others) {
  const setUp = (dialog) => {
    dialog.querySelector("ul").append(
      ...usable(me).map(({ name, label }) => {
        const copy = clone("provider", { mark: mark(name, label), label });
        onPress(copy.querySelector("button"), () => client.signInWith(name));
        return copy;
      }),
    );
  };
  await openDialog("confirm-with-provider", {}, setUp, others);
  throw new Cancelled();
}
