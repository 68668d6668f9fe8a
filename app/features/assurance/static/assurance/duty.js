/** On /account: whoever has to have a second factor and has none is told, and led to the sections that set one up. */
import { client } from "../pages/client.js";
import { onPress } from "../pages/form.js";
import { showAgain } from "../pages/private.js";
import { t } from "../pages/texts.js";
import { momentText } from "../pages/time.js";

export const enrols = "second-factor-duty";

export const load = async () => ({ duty: await client.secondFactorDuty() });

export default function duty(content, { duty: { required, methods, until } }) {
  const section = content.getElementById(enrols);
  const next = section.querySelector("#second-factor-done");
  section.hidden = !required || methods.length > 0;
  section.querySelector("#second-factor-when").textContent = until
    ? t("Set one up by %(moment)s. From then on nothing else is open to you until you have.", { moment: momentText(until) })
    : t("Set one up now, below. Until then nothing else is open to you.");
  next.parentElement.hidden = until !== null;
  onPress(next, showAgain);
}
