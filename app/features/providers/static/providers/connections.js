/** The accounts at providers that open this one. */
import { base, client } from "../pages/client.js";
import { confirmed } from "../pages/dialogs.js";
import { clone, focusOn, notify } from "../pages/dom.js";
import { onOpen, onPress } from "../pages/form.js";
import { freshly } from "../pages/fresh.js";
import { t } from "../pages/texts.js";
import { ago } from "../pages/time.js";
import { mark } from "./mark.js";

export default function connections(content, me) {
  const section = content.getElementById("connections");
  const list = content.getElementById("connection-list");

  function draw() {
    const connected = new Set(me.identities.map(({ provider }) => provider));
    const others = me.providers.filter(({ name }) => !connected.has(name));
    list.replaceChildren(
      ...me.identities.map((identity) => connectedRow(identity, me, gone)),
      ...others.map((provider) => otherRow(provider, me)),
    );
    section.hidden = !list.firstChild;
  }

  function gone(identity, label) {
    me.identities = me.identities.filter(({ id }) => id !== identity.id);
    draw();
    focusOn(section.querySelector("h2"));
    notify(t("%(label)s is disconnected.", { label }));
  }

  draw();
}

function connectedRow(identity, me, gone) {
  const label = me.providers.find(({ name }) => name === identity.provider)?.label ?? identity.provider;
  const row = clone("connected", {
    mark: mark(identity.provider, label),
    label,
    email: identity.email ?? t("no address known"),
    since: ago(identity.created_at),
    used: ago(identity.last_used_at),
  });
  onOpen(row.querySelector("button"), async () => {
    const question = {
      title: t("Disconnect %(label)s?", { label }),
      text: t("You can then no longer sign in with %(label)s, until you connect it again.", { label }),
      action: t("Disconnect"),
    };
    await confirmed(question, () => client.identities.disconnect(identity.id));
    gone(identity, label);
  });
  return row;
}

function otherRow({ name, label }, me) {
  const row = clone("not-connected", { mark: mark(name, label), label });
  onPress(row.querySelector("button"), () =>
    freshly(me, async () => {
      await client.identities.connect(name, { next: new URL("account", base).pathname });
      await new Promise(() => {}); // this page is on its way out
    }),
  );
  return row;
}
