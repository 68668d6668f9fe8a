/** Passkeys: those that there are, making one, naming and removing it. What `me` knows of them, confirm.js has asked. */
import { client } from "../pages/client.js";
import { describe } from "../pages/devices.js";
import { confirmed, openDialog } from "../pages/dialogs.js";
import { clone, notify, removeRow } from "../pages/dom.js";
import { onOpen, onSubmit } from "../pages/form.js";
import { factorsChanged, freshly } from "../pages/fresh.js";
import { t } from "../pages/texts.js";
import { ago } from "../pages/time.js";
import { ceremony } from "./ceremony.js";

/** Its element: it is shown also to whoever has to set up a second factor first. */
export const enrols = "passkeys";

export default function passkeys(content, me) {
  const list = content.getElementById("passkey-list");
  const none = content.getElementById("no-passkeys");
  const button = content.getElementById("new-passkey");
  const count = () => (none.hidden = list.childElementCount > 0);
  const add = (passkey) => list.prepend(rowOf(passkey, me, count));

  for (const passkey of me.passkeys.toReversed()) add(passkey);
  count();
  button.hidden = !client.passkeys.isAvailable();
  content.getElementById("passkeys-unavailable").hidden = client.passkeys.isAvailable();
  onOpen(button, () =>
    openDialog("add-passkey", {}, (dialog, close) => {
      const form = dialog.querySelector("form");
      form.elements.name.value = describe(navigator.userAgent).name;
      onSubmit(form, async ({ name }) => {
        const made = await ceremony(() => freshly(me, () => client.passkeys.add(name)));
        me.passkeys.unshift(made);
        add(made);
        count();
        close();
        notify(t("The passkey “%(name)s” opens your account from now on.", { name }));
        await factorsChanged();
      });
    }),
  );
}

function rowOf(passkey, me, count) {
  const row = clone("passkey", {
    name: passkey.name,
    made: ago(passkey.created_at),
    used: passkey.last_used_at ? ago(passkey.last_used_at) : t("never"),
    where: whereIs(passkey),
  }).firstElementChild;
  const [rename, remove] = row.querySelectorAll("button");
  onOpen(rename, () => openDialog("rename-passkey", {}, (dialog, close) => setUpRenaming(dialog, close, row, passkey)));
  onOpen(remove, async () => {
    const question = {
      title: t("Remove “%(name)s”?", { name: passkey.name }),
      text: t("It opens your account no more. What is left of it in your device, or your password manager, you delete there."),
      action: t("Remove passkey"),
    };
    await confirmed(question, () => freshly(me, () => client.passkeys.remove(passkey.id)));
    me.passkeys.splice(me.passkeys.indexOf(passkey), 1);
    removeRow(row);
    count();
    notify(t("The passkey “%(name)s” is removed.", { name: passkey.name }));
    await factorsChanged();
  });
  return row;
}

function whereIs(passkey) {
  if (!passkey.can_sync) return t("on one device only");
  return passkey.synced ? t("synced to your devices") : t("not synced yet");
}

function setUpRenaming(dialog, close, row, passkey) {
  const form = dialog.querySelector("form");
  form.elements.name.value = passkey.name;
  onSubmit(form, async ({ name }) => {
    Object.assign(passkey, await client.passkeys.rename(passkey.id, name));
    for (const place of row.querySelectorAll('[data-slot="name"]')) place.textContent = passkey.name;
    close();
    notify(t("The passkey is called “%(name)s” now.", { name: passkey.name }));
  });
}
