/** The second factors of a person, for somebody who looks after the users; and taking them away from who has lost them. */
import { client } from "../pages/client.js";
import { confirmed } from "../pages/dialogs.js";
import { focusOn, notify } from "../pages/dom.js";
import { onOpen } from "../pages/form.js";
import { freshly } from "../pages/fresh.js";
import { listed, t } from "../pages/texts.js";

export default async function factors(dialog, person) {
  const path = `${person.path}/second-factors`;
  const said = dialog.querySelector("#person-factors");
  const labels = JSON.parse(said.dataset.labels);
  const button = dialog.querySelector("#person-reset-factors");

  async function draw() {
    const { required, methods } = await client.call("GET", path);
    const missing = required ? t("None, and their role has to have one.") : t("None.");
    said.textContent = methods.length ? listed(methods.map((name) => labels[name] ?? name)) : missing;
    if (button) button.parentElement.hidden = methods.length === 0;
  }

  if (button) onOpen(button, () => reset(path, person, draw));
  await draw();
}

async function reset(path, { name, me }, draw) {
  const question = {
    title: t("Take away the second factors of %(name)s?", { name }),
    text: t("They are signed out everywhere, and whoever knows their password comes in with that alone then. Make sure that it is really them who asks."),
    action: t("Take them away"),
  };
  await confirmed(question, () => freshly(me, () => client.call("DELETE", path)));
  await draw();
  focusOn(document.getElementById("person-factors-title")); // the button is gone
  notify(t("%(name)s has no second factor any more.", { name }));
}
