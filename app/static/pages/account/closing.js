/** Delete the account, after everything has been asked twice. */
import { client } from "../client.js";
import { openDialog } from "../dialogs.js";
import { clone } from "../dom.js";
import { onOpen, onSubmit } from "../form.js";
import { freshly } from "../fresh.js";
import { endWith } from "../private.js";
import { t } from "../texts.js";
import { onDay } from "../time.js";

export default function closing(content, me) {
  onOpen(content.getElementById("delete-account"), async () => {
    let answer = null;
    const done = await openDialog("delete", { email: me.email }, (dialog, close) => {
      const form = dialog.querySelector("form");
      form.elements.username.value = me.email;
      form.querySelector("[data-password]").hidden = !me.hasPassword;
      form.elements.password.required = me.hasPassword;
      onSubmit(form, async ({ typed, password }) => {
        if (typed.trim().toLowerCase() !== me.email.toLowerCase()) throw notTyped();
        const proof = me.hasPassword ? password : undefined;
        answer = await freshly(me, () => client.call("DELETE", "api/profile", proof ? { password: proof } : {}), proof);
        close(true);
      });
    });
    if (!done) return;
    endWith(answer?.erase_at ? clone("closing-account", { day: onDay(answer.erase_at) }) : clone("deleted"));
    await client.session().catch(() => {}); // other tabs learn it from there
  });
}

function notTyped() {
  return Object.assign(new Error("not typed"), { errors: { typed: [t("Type your e-mail address exactly as above.")] } });
}
