/** On /account: the browsers that are not asked for a second factor. */
import { client } from "../pages/client.js";
import { describe } from "../pages/devices.js";
import { clone, notify, removeRow, setIcon } from "../pages/dom.js";
import { onPress } from "../pages/form.js";
import { onFactors } from "../pages/fresh.js";
import { t } from "../pages/texts.js";
import { ago, onDay } from "../pages/time.js";

export const load = async () => ({ trustedDevices: await client.trustedDevices.list() });

export default function trustedDevices(content, me) {
  const section = content.getElementById("trusted-devices");
  const list = content.getElementById("trusted-list");
  const none = content.getElementById("no-trusted");
  const count = () => (none.hidden = list.childElementCount > 0);
  const draw = (devices) => {
    list.replaceChildren(...devices.map((device) => rowOf(device, count)));
    count();
    section.hidden = devices.length === 0; // nothing to tell, and nothing to do
  };
  draw(me.trustedDevices);
  onFactors(async () => draw(await client.trustedDevices.list())); // a factor that comes or goes ends them all
}

function rowOf(device, count) {
  const { name, icon } = describe(device.user_agent);
  const row = clone("trusted-device", {
    name,
    current: device.current,
    since: ago(device.created_at),
    used: device.last_used_at ? ago(device.last_used_at) : t("never"),
    until: onDay(device.expires_at),
    which: name,
  }).firstElementChild;
  setIcon(row.querySelector("svg"), icon);
  onPress(row.querySelector("button"), async () => {
    await client.trustedDevices.revoke(device.id);
    removeRow(row);
    count();
    notify(t("Your second factor is asked for there again."));
  });
  return row;
}
