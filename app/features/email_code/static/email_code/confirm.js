/** Whoever has codes mailed as their second factor confirms with one. */
import { client } from "../pages/client.js";
import { askForCode } from "../pages/dialogs.js";
import { mailsCode, refusals } from "../pages/mailed.js";
import { t } from "../pages/texts.js";

export const shows = "email_code";
export const label = () => t("Have a code e-mailed");

export default (_me, others) =>
  askForCode("confirm-by-email-code", client.emailCode.verify, others, {
    refusals,
    setUp: (form) => mailsCode(form, (again) => client.emailCode.mail({ again })),
  });
