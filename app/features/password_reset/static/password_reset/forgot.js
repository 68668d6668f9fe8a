/** /forgot-password: asks for the mail, then for its code. */
import { client } from "../pages/client.js";
import { clone, focusOn } from "../pages/dom.js";
import { onSubmit } from "../pages/form.js";
import { carry } from "../pages/next.js";
import { t } from "../pages/texts.js";
import { resetForm } from "./form.js";

const form = document.getElementById("forgot");

carry();
onSubmit(form, async ({ email }) => {
  await client.passwordReset.request(email);
  const to = t("to %(email)s", { email: email.trim() });
  document.getElementById("reset-place").replaceWith(clone("asked", { to: ` ${to}` }));
  for (const before of document.querySelectorAll("[data-until=asked]")) before.remove();
  document.getElementById("choose").hidden = false;
  resetForm(document.getElementById("reset"), ({ code }) => ({ code }), () => email);
  focusOn(document.getElementById("code"));
});
