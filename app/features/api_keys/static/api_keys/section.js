/** API keys: what there is, making one, which is shown once, and ending one. */
import { client } from "../pages/client.js";
import { confirmed, openDialog } from "../pages/dialogs.js";
import { clone, focusOn, notify, removeRow } from "../pages/dom.js";
import { onOpen, onPress, onSubmit } from "../pages/form.js";
import { freshly } from "../pages/fresh.js";
import { permissionsOf } from "../pages/private.js";
import { listed, t } from "../pages/texts.js";
import { ago, onDay } from "../pages/time.js";

export const load = async () => ({
  apiKeys: await client.keys.list(),
  staysSignedIn: t("Programs with an API key go on."),
});

export default function keys(content, me) {
  const list = content.getElementById("key-list");
  const none = content.getElementById("no-keys");
  const count = () => (none.hidden = list.childElementCount > 0);

  list.replaceChildren(...me.apiKeys.map((key) => keyRow(key, count)));
  count();
  onOpen(content.getElementById("new-key"), () =>
    openDialog("create-key", {}, (dialog, close) => {
      const form = dialog.querySelector("form");
      offerScopes(form, me.role);
      onSubmit(form, async (fields) => {
        const made = await freshly(me, () =>
          client.keys.create({
            name: fields.name,
            scopes: new FormData(form).getAll("scopes"),
            expires_in_days: Number(fields.expires_in_days) || null,
          }),
        );
        list.prepend(keyRow(made, count));
        count();
        showOnce(dialog, close, made);
      });
    }),
  );
}

function keyRow(key, count) {
  const row = clone("key", {
    name: key.name,
    hint: key.hint,
    scopes: listed(key.scopes) || t("no permissions"),
    created: ago(key.created_at),
    used: key.last_used_at ? ago(key.last_used_at) : t("never"),
    expires: key.expires_at ? onDay(key.expires_at) : t("never"),
  }).firstElementChild;
  onOpen(row.querySelector("button"), async () => {
    const question = {
      title: t("Revoke “%(name)s”?", { name: key.name }),
      text: t("Whatever uses this key stops working at once. There is no way back."),
      action: t("Revoke key"),
    };
    await confirmed(question, () => client.keys.revoke(key.id));
    removeRow(row);
    count();
    notify(t("The key “%(name)s” is revoked.", { name: key.name }));
  });
  return row;
}

function offerScopes(form, role) {
  const offered = permissionsOf(role);
  form.querySelector("fieldset").hidden = offered.length === 0;
  form.querySelector("[data-scopes]").append(
    ...offered.map((name) => {
      const copy = clone("scope", { name });
      copy.querySelector("input").value = name;
      return copy;
    }),
  );
}

/** The one moment in which the key can be read. Only the button closes it: Escape would lose the key. */
function showOnce(dialog, close, made) {
  dialog.querySelector(".dialog-body").replaceWith(clone("created-key", { name: made.name }));
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.preventDefault());
  const shown = dialog.querySelector("#created-key-text");
  shown.value = made.key;
  onPress(dialog.querySelector("#copy-key"), () => copy(shown));
  dialog.querySelector("#key-stored").addEventListener("click", () => close());
  focusOn(dialog.querySelector("h2"));
}

async function copy(field) {
  field.select();
  // Without https there is no clipboard for scripts; the old command still works on what is selected.
  const done = await (navigator.clipboard?.writeText(field.value).then(() => true, () => false) ?? false);
  if (!done && !document.execCommand("copy")) return;
  document.getElementById("copied").textContent = t("Copied.");
}
