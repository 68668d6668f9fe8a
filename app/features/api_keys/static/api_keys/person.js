/** The API keys of a person, for somebody who looks after the users; and ending one. */
import { client } from "../pages/client.js";
import { confirmed } from "../pages/dialogs.js";
import { clone, notify, removeRow } from "../pages/dom.js";
import { onOpen } from "../pages/form.js";
import { listed, t } from "../pages/texts.js";
import { ago, onDay } from "../pages/time.js";

export default async function keys(dialog, person) {
  const path = `${person.path}/keys`;
  const list = dialog.querySelector("#person-keys");
  const count = () => (dialog.querySelector("#no-person-keys").hidden = list.childElementCount > 0);
  const { items } = await client.call("GET", path);
  list.replaceChildren(...items.map((key) => keyRow(key, path, person, count)));
  count();
}

function keyRow(key, path, { mayWrite }, count) {
  const row = clone("person-key", {
    name: key.name,
    scopes: listed(key.scopes) || t("no permissions"),
    used: key.last_used_at ? ago(key.last_used_at) : t("never"),
    expires: key.expires_at ? onDay(key.expires_at) : t("never"),
    end: mayWrite,
  }).firstElementChild;
  if (!mayWrite) return row;
  onOpen(row.querySelector("button"), async () => {
    const question = {
      title: t("Revoke “%(name)s”?", { name: key.name }),
      text: t("Whatever uses this key stops working at once. There is no way back."),
      action: t("Revoke key"),
    };
    await confirmed(question, () => client.call("DELETE", `${path}/${key.id}`));
    removeRow(row);
    count();
    notify(t("The key “%(name)s” is revoked.", { name: key.name }));
  });
  return row;
}
