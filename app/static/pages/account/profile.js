/** Who somebody is here: name, address, role. */
import { client } from "../client.js";
import { notify } from "../dom.js";
import { onSubmit } from "../form.js";
import { t } from "../texts.js";
import { onDay } from "../time.js";

export default function profile(content, me) {
  content.getElementById("own-email").textContent = me.email;
  content.getElementById("own-role").textContent = me.role;
  content.getElementById("own-since").replaceChildren(onDay(me.created_at));
  const form = content.getElementById("profile-form");
  form.elements.name.value = me.name ?? "";
  onSubmit(form, async ({ name }) => {
    await client.call("PATCH", "api/profile", { name: name.trim() || null });
    notify(t("Your name is saved."));
    client.session().catch(() => {}); // other tabs learn it from there
  });
  chooseLanguage(content.getElementById("language-form"), me);
}

/** The page comes anew in the language that was chosen, or in that of the browser. */
function chooseLanguage(form, me) {
  if (!form) return; // there is one only
  const chosen = form.elements.language;
  chosen.value = me.language ?? "";
  onSubmit(form, async ({ language }) => {
    await client.call("PATCH", "api/profile", { language: language || null });
    const here = new URL(location.href);
    here.searchParams.delete("lang");
    if (here.href === location.href) location.reload();
    else location.replace(here);
    await new Promise(() => {}); // this page is on its way out
  });
}
