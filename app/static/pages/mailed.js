/** Codes that are mailed: asked for when their field is shown, and again by a press. */
import { onPress, refuse } from "./form.js";
import { t } from "./texts.js";

/** What belongs to the field of such a code. The server's own sentences are about other factors, too. */
export const refusals = Object.fromEntries(
  ["wrong_second_factor", "second_factor_refused", "wrong_device_code"].map((code) => [
    code,
    { field: "code", message: () => t("This code is wrong or too old. Only the one of the newest mail works.") },
  ]),
);

/**
 * `ask(again)` has a code mailed; where one was mailed already, only if `again`. `form` has what `mailed_code` of
 * pages/_mailed_code.html writes. `asked`: the first mail was asked for before the form was shown.
 */
export async function mailsCode(form, ask, { asked = false } = {}) {
  const said = form.querySelector("[data-mailed]");
  const mailed = () => t("We have mailed you a code. It can take a minute; look among the unwanted mails, too.");
  onPress(form.querySelector("[data-mail-again]"), async () => {
    await ask(true);
    said.textContent = t("Another mail is on its way. Only the code in the newest one works.");
  });
  try {
    await shown();
    if (!asked) await ask(false);
    said.textContent = mailed();
  } catch (error) {
    said.textContent = t("No code was mailed.");
    refuse(form, error);
  }
}

/** A page that the browser prepares, in case somebody opens it, asks for nothing yet. */
function shown() {
  if (!document.prerendering) return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("prerenderingchange", resolve, { once: true }));
}
