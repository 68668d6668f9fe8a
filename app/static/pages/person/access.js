/** Whether a person may sign in. */
import { client } from "../client.js";
import { confirmed } from "../dialogs.js";
import { onOpen } from "../form.js";
import { freshly } from "../fresh.js";
import { t } from "../texts.js";

export default function access(dialog, person) {
  const toggle = dialog.querySelector("#person-active");
  if (!toggle) return; // who may only look
  const isEnabled = () => person.user.status !== "disabled";
  person.onChange(() => {
    toggle.firstElementChild.textContent = isEnabled() ? t("Disable account") : t("Enable account");
    toggle.classList.toggle("danger", isEnabled());
  });
  onOpen(toggle, async () => {
    if (isEnabled()) await disable(person);
    else await person.change({ is_active: true }, t("%(name)s may sign in again.", { name: person.name }), () => set(person, false));
    await person.showDevices();
  });
}

const set = ({ path }, isActive) => client.call("PATCH", path, { is_active: isActive });

function disable(person) {
  const { name, me } = person;
  const question = {
    title: t("Disable %(name)s?", { name }),
    text: t("They are signed out everywhere at once, and cannot sign in until the account is enabled again."),
    action: t("Disable account"),
  };
  const said = t("%(name)s is disabled and signed out.", { name });
  return confirmed(question, () => freshly(me, () => person.change({ is_active: false }, said, () => set(person, true))));
}
