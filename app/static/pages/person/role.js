/** The role of a person. */
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
  shown.value = person.user.role;
  onSubmit(form, async ({ role: wanted }) => {
    const said = t("%(name)s is now %(role)s.", { name: person.name, role: wanted });
    const work = () => freshly(person.me, () => person.change({ role: wanted }, said));
    try {
      const more = permissionsOf(wanted).filter((name) => !may(person.user.role, name));
      await (more.length ? confirmed(questionOf(person, wanted, more), work) : work());
    } finally {
      shown.value = person.user.role;
    }
  });
}

function questionOf({ name }, wanted, more) {
  return {
    title: t("Make %(name)s %(role)s?", { name, role: wanted }),
    text: t("From their next click on they may do more: %(permissions)s.", { permissions: listed(more) }),
    action: t("Make them %(role)s", { role: wanted }),
    danger: false,
  };
}
