/** Somebody who looks after the users has a person mailed a link for a new password. */
import { client } from "../pages/client.js";
import { notify } from "../pages/dom.js";
import { onPress } from "../pages/form.js";
import { t } from "../pages/texts.js";

export default function reset(dialog, person) {
  const button = dialog.querySelector("#person-send-reset");
  if (!button) return; // who may only look
  person.onChange((user) => (button.closest("section").hidden = !user.is_active));
  onPress(button, async () => {
    await client.passwordReset.sendTo(person.user.id);
    notify(t("A mail to %(email)s is on its way.", person.user));
  });
}
