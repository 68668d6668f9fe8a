/** The role of a person. */
import { client } from "../client.js";
import { confirmed } from "../dialogs.js";
import { onSubmit } from "../form.js";
import { freshly } from "../fresh.js";
import { may, permissionsOf } from "../private.js";
import { listed, t } from "../texts.js";

/** Power is given after a question, and a second factor of whoever has one. What was refused, or called off, is not left standing in the field. */
export default function role(dialog, person) {
  const form = dialog.querySelector("#person-role-form");
  if (!form) return; // who may only look
  const shown = form.elements.role;
  person.onChange(({ role: now }) => (shown.value = now));
  onSubmit(form, async ({ role: wanted }) => {
    const said = t("%(name)s is now %(role)s.", { name: person.name, role: wanted });
    const before = person.user.role;
    const change = { role: wanted, role_was: before };
    const undo = () => client.call("PATCH", person.path, { role: before, role_was: wanted });
    const work = () => freshly(person.me, () => person.change(change, said, undo)).catch(seeItAnew(person));
    try {
      const more = permissionsOf(wanted).filter((name) => !may(person.user.role, name));
      await (more.length ? confirmed(questionOf(person, wanted, more), work) : work());
    } finally {
      shown.value = person.user.role;
    }
  });
}

/** Where somebody else was faster, the field shows what they did. */
const seeItAnew = (person) => async (error) => {
  if (error.code === "changed_meanwhile") person.user = await client.call("GET", person.path);
  throw error;
};

function questionOf({ name }, wanted, more) {
  return {
    title: t("Make %(name)s %(role)s?", { name, role: wanted }),
    text: t("From their next click on they may do more: %(permissions)s.", { permissions: listed(more) }),
    action: t("Make them %(role)s", { role: wanted }),
    danger: false,
  };
}
