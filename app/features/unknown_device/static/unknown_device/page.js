/** /unknown-device: the code that is mailed for a sign-in in a browser that the account does not know. */
import { client } from "../pages/client.js";
import { focusOn, scriptRuns } from "../pages/dom.js";
import { alertIn, onSubmit } from "../pages/form.js";
import { enter } from "../pages/kept.js";
import { mailsCode, refusals } from "../pages/mailed.js";
import { carry, goOn, next } from "../pages/next.js";
import { t } from "../pages/texts.js";

const token = new URLSearchParams(location.search).get("token");
const form = document.getElementById("device-code-form");

async function finish({ code }) {
  await enter(() => client.finish({ token }, "auth/unknown-device", { code }), next());
  return goOn();
}

carry();
scriptRuns();
if (token) {
  form.hidden = false;
  onSubmit(form, finish, { refusals });
  mailsCode(form, (again) => client.unknownDevice.mail({ token }, { again }));
  focusOn(form.elements.code);
} else alertIn(document.getElementById("main"), t("This page has lost the sign-in that it belongs to. Sign in again."));
