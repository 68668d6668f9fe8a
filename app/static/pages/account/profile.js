/** Who somebody is here: name, address, role. */
import { client } from "../client.js";
import { notify } from "../dom.js";
import { onSubmit } from "../form.js";
import { onDay } from "../time.js";

export default function profile(content, me) {
  content.getElementById("own-email").textContent = me.email;
  content.getElementById("own-role").textContent = me.role;
  content.getElementById("own-since").replaceChildren(onDay(me.created_at));
  const form = content.getElementById("profile-form");
  form.elements.name.value = me.name ?? "";
  onSubmit(form, async ({ name }) => {
    await client.call("PATCH", "api/profile", { name: name.trim() || null });
    notify("Your name is saved.");
    client.session().catch(() => {}); // other tabs learn it from there
  });
}
