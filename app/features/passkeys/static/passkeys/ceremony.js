/** What the browser itself says no to, in words. */
import { t } from "../pages/texts.js";
import { Told } from "../pages/words.js";

export async function ceremony(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new Told(sentenceOf(error));
  }
}

function sentenceOf({ name }) {
  if (name === "InvalidStateError") return t("There is a passkey of your account on this device already.");
  if (name === "SecurityError") return t("Passkeys do not work at this address of the site.");
  return t("Your browser has not used a passkey: it was called off, took too long, or there is none here.");
}
