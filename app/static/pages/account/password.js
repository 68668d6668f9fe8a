/** Change the password, or set a first one. */
import { client } from "../client.js";
import { notify } from "../dom.js";
import { onSubmit } from "../form.js";
import { freshly } from "../fresh.js";
import { revealPasswords } from "../passwords.js";
import { sections as onNewPassword } from "../slots/new-password.js";
import { t } from "../texts.js";
import { refreshDevices } from "./devices.js";

export default function password(content, me) {
  const form = content.getElementById("password-form");
  form.elements.username.value = me.email;
  revealPasswords(form);
  for (const { default: start } of onNewPassword) start(form.elements.new_password, () => me);

  const show = () => {
    form.querySelector("[data-current]").hidden = !me.hasPassword;
    form.elements.current_password.required = me.hasPassword;
    form.querySelector("[data-first]").hidden = me.hasPassword;
    form.querySelector("button[type=submit] span").textContent = me.hasPassword ? t("Change password") : t("Set password");
  };
  show();

  onSubmit(form, async ({ current_password, new_password }) => {
    const change = () =>
      client.changePassword(me.hasPassword ? { current_password, new_password } : { new_password });
    await freshly(me, change);
    const first = !me.hasPassword;
    me.hasPassword = true;
    form.reset();
    form.elements.username.value = me.email;
    show();
    notify(first ? t("Your password is set.") : t("Your password is changed. Your other devices are signed out."));
    await refreshDevices().catch(() => {});
  });
}
