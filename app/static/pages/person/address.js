/** Whether a person's address counts as theirs: somebody who knows may say so, and take it back. */
import { client } from "../client.js";
import { onPress } from "../form.js";
import { freshly } from "../fresh.js";
import { t } from "../texts.js";
import { onDay } from "../time.js";

export default function address(dialog, person) {
  const shown = dialog.querySelector('.facts [data-slot="verified"]');
  const button = dialog.querySelector("#person-verified");
  person.onChange(({ email_verified_at: since }) => {
    shown.replaceChildren(since ? onDay(since) : t("no"));
    if (button) button.firstElementChild.textContent = since ? t("Not verified after all") : t("Mark as verified");
  });
  if (!button) return; // who may only look
  onPress(button, async () => {
    const isVerified = Boolean(person.user.email_verified_at);
    const set = (wanted) => () => client.call(wanted ? "PUT" : "DELETE", `${person.path}/verified`);
    const said = isVerified ? t("The address of %(name)s is not verified any more.", person) : t("The address of %(name)s is verified.", person);
    await freshly(person.me, () => person.update(set(!isVerified), said, set(isVerified)));
  });
}
