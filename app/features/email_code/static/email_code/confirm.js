/** Whoever has codes mailed as their second factor confirms with one. */
import { client } from "../pages/client.js";
import { askForCode } from "../pages/dialogs.js";
import { mailsCode, refusals } from "../pages/mailed.js";

export const shows = "email_code";

export default (_me, more) =>
  askForCode("confirm-by-email-code", client.emailCode.verify, more, {
    refusals,
    setUp: (form) => mailsCode(form, (again) => client.emailCode.mail({ again })),
  });
