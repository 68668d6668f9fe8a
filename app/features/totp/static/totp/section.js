/** The authenticator app on /account: set up, by its first code, and removed. */
import { client } from "../pages/client.js";
import { confirmed, openDialog } from "../pages/dialogs.js";
import { focusOn, notify } from "../pages/dom.js";
import { onOpen, onSubmit } from "../pages/form.js";
import { factorsChanged, freshly } from "../pages/fresh.js";
import { t } from "../pages/texts.js";
import { onDay } from "../pages/time.js";

/** Its element: it is shown also to whoever has to set up a second factor first. */
export const enrols = "totp";

export async function load() {
  const { confirmed_at: since } = await client.totp.state();
  return { totpSince: since, hasTotp: Boolean(since) };
}

export default function totp(content, me) {
  const [none, row, since, setUp] = ["no-totp", "totp-row", "totp-since", "set-up-totp"].map((id) => content.getElementById(id));
  const title = content.getElementById("totp-title");
  const draw = async (confirmedAt) => {
    me.hasTotp = Boolean(confirmedAt);
    none.hidden = me.hasTotp;
    row.hidden = !me.hasTotp;
    if (confirmedAt) since.replaceChildren(onDay(confirmedAt));
    setUp.querySelector("span").textContent = me.hasTotp ? t("Set up another app") : t("Set up an app");
  };
  draw(me.totpSince);
  onOpen(setUp, async () => {
    const begun = await freshly(me, () => client.totp.begin());
    if (!(await askForFirstCode(begun))) return;
    draw((await client.totp.state()).confirmed_at);
    notify(t("Your app is set up. Signing in asks for its codes from now on."));
    await factorsChanged();
  });
  onOpen(content.getElementById("remove-totp"), async () => {
    const question = {
      title: t("Remove your authenticator app?"),
      text: t("Signing in does not ask for its codes any more."),
      action: t("Remove it"),
    };
    await confirmed(question, () => freshly(me, () => client.totp.remove()));
    draw(null);
    focusOn(title);
    notify(t("The authenticator app is removed."));
    await factorsChanged();
  });
}

const askForFirstCode = ({ secret, uri, qr }) =>
  openDialog("totp-setup", { key: secret.match(/.{1,4}/g).join(" ") }, (dialog, close) => {
    dialog.querySelector(".qr svg").setAttribute("viewBox", `0 0 ${qr.size} ${qr.size}`);
    dialog.querySelector(".qr path").setAttribute("d", qr.path);
    dialog.querySelector("[data-open]").href = uri;
    const confirm = async ({ code }) => {
      await client.totp.confirm(code);
      close(true);
    };
    onSubmit(dialog.querySelector("form"), confirm, { refusals: { second_factor_refused: { field: "code" } } });
  });
