/** The address: another one is asked for, waits to be proved, and is taken or given up. */
import { client } from "../pages/client.js";
import { focusOn, notify } from "../pages/dom.js";
import { onPress, onSubmit } from "../pages/form.js";
import { freshly } from "../pages/fresh.js";
import { t } from "../pages/texts.js";
import { moment } from "../pages/time.js";

export const load = async () => ({ wantedEmail: await client.emailChange.pending() });

export default function address(content, me) {
  const section = content.getElementById("address");
  const [wish, proof] = [section.querySelector("#address-form"), section.querySelector("#address-code")];
  const draw = (wanted) => show(section, me, wanted);
  const take = (user) => {
    me.email = user.email;
    everywhere(user.email);
    draw(null);
  };

  draw(me.wantedEmail);
  onSubmit(wish, async ({ email }) => {
    draw(await freshly(me, () => client.emailChange.begin(email.trim())));
    wish.reset();
    proof.reset();
    focusOn(section.querySelector("h3"));
    notify(t("A mail is on its way."));
  });
  onSubmit(proof, async ({ code }) => {
    take(await client.emailChange.confirm({ code: code.replaceAll(" ", "") }));
    focusOn(section.querySelector("h2"));
    notify(t("Your address is changed."));
  });
  onPress(section.querySelector("#address-cancel"), async () => {
    await client.emailChange.cancel();
    draw(null);
    focusOn(section.querySelector("h2"));
    notify(t("Your address stays."));
  });
  // The link was opened in another tab.
  client.onChange(({ type, user }) => type === "updated" && user.email !== me.email && take(user));
}

function show(section, me, wanted) {
  section.querySelector("#address-now").textContent = me.email;
  section.querySelector("#address-waits").hidden = !wanted;
  section.querySelector("#address-form").hidden = Boolean(wanted);
  if (!wanted) return;
  section.querySelector("#address-wanted").textContent = wanted.email;
  section.querySelector("#address-until").replaceChildren(moment(wanted.expires_at));
}

/** Where other sections say it, for people and for password managers. */
function everywhere(email) {
  const shown = document.getElementById("own-email");
  if (shown) shown.textContent = email;
  for (const field of document.querySelectorAll("input[name=username]")) field.value = email;
}
