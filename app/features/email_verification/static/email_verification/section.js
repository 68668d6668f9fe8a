/** Whether one's address is confirmed, and another mail. */
import { client } from "../pages/client.js";
import { notify } from "../pages/dom.js";
import { onPress } from "../pages/form.js";
import { t } from "../pages/texts.js";

export default function verification(content, me) {
  const verified = me.email_verified_at !== null;
  content.getElementById("verified-address").textContent = me.email;
  content.getElementById("is-verified").hidden = !verified;
  content.getElementById("is-not-verified").hidden = verified;
  const again = content.getElementById("verify-again");
  again.hidden = verified;
  onPress(again.querySelector("button"), async () => {
    await client.emailVerification.resend({ email: me.email });
    notify(t("A mail is on its way. Open the link in it."));
  });
}
