/** On /account: whoever has to have a second factor and has none is told, and led to the sections that set one up. */
import { client } from "../pages/client.js";
import { alertIn, onPress } from "../pages/form.js";
import { onFactors } from "../pages/fresh.js";
import { showAgain } from "../pages/private.js";
import { t } from "../pages/texts.js";
import { momentText } from "../pages/time.js";

export const enrols = "second-factor-duty";

export const load = async () => ({ duty: await client.secondFactorDuty() });

export default function duty(content, me) {
  const section = content.getElementById(enrols);
  const next = section.querySelector("#second-factor-done");
  const when = section.querySelector("#second-factor-when");
  const isClosed = me.duty.required && !me.duty.methods.length && me.duty.until === null; // the page shows nothing else
  const draw = ({ required, methods, until }) => {
    section.hidden = !required || (methods.length > 0 && !isClosed);
    when.textContent = methods.length ? t("You have set one up. Go on to your account.") : untilThen(until);
    next.parentElement.hidden = !isClosed;
  };
  draw(me.duty);
  onPress(next, async () => {
    const { methods } = await client.secondFactorDuty(); // it may have been set up elsewhere
    if (methods.length) return showAgain();
    alertIn(section, t("You have not set one up yet."));
  });
  onFactors(async () => draw(await client.secondFactorDuty()));
}

const untilThen = (until) =>
  until
    ? t("Set one up by %(moment)s. From then on nothing else is open to you until you have.", { moment: momentText(until) })
    : t("Set one up now, below. Until then nothing else is open to you.");
