/** Another address: asked for, waits to be proved, and is taken or given up. */
import { client } from "../pages/client.js";
import { focusOn, notify } from "../pages/dom.js";
import { onPress, onSubmit } from "../pages/form.js";
import { freshly } from "../pages/fresh.js";
import { showAgain } from "../pages/private.js";
import { t } from "../pages/texts.js";
import { moment } from "../pages/time.js";

export const load = async () => ({ wantedEmail: await client.emailChange.pending() });

export default function address(content, me) {
  const section = content.getElementById("address");
  const [wish, proof] = [section.querySelector("#address-form"), section.querySelector("#address-code")];

  show(section, me.wantedEmail);
  onSubmit(wish, async ({ email }) => {
    show(section, await freshly(me, () => client.emailChange.begin(email.trim())));
    wish.reset();
    proof.reset();
    focusOn(section.querySelector("h3"));
    notify(t("A mail is on its way."));
  });
  onSubmit(proof, async ({ code }) => {
    await client.emailChange.confirm({ code: code.replaceAll(" ", "") });
    await showAgain(); // several sections say the address
    focusOn(document.getElementById("address-title"));
    notify(t("Your address is changed."));
  });
  onPress(section.querySelector("#address-cancel"), async () => {
    await client.emailChange.cancel();
    show(section, null);
    focusOn(section.querySelector("h2"));
    notify(t("Your address stays."));
  });
  // The link was opened in another tab. What was typed into other sections here stays.
  client.onChange(({ type, user }) => {
    if (type === "updated" && user.email !== me.email) show(section, null);
  });
}

function show(section, wanted) {
  section.querySelector("#address-waits").hidden = !wanted;
  section.querySelector("#address-form").hidden = Boolean(wanted);
  if (!wanted) return;
  section.querySelector("#address-wanted").textContent = wanted.email;
  section.querySelector("#address-until").replaceChildren(moment(wanted.expires_at));
}
