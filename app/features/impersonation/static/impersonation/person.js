/** Acting for a person, for somebody who may, and who may do at least as much as they. */
import { client } from "../pages/client.js";
import { openDialog } from "../pages/dialogs.js";
import { onOpen, onSubmit } from "../pages/form.js";
import { freshly } from "../pages/fresh.js";
import { goingTo, may, permissionsOf } from "../pages/private.js";

const PERMISSION = "users:impersonate";

export default function impersonation(dialog, person) {
  const { me, isMe } = person;
  const section = dialog.querySelector("#person-impersonation");
  if (isMe || !may(me.role, PERMISSION)) return section.remove();
  person.onChange(({ role, is_active: isActive }) => {
    section.hidden = !isActive || role === "admin" || !permissionsOf(role).every((name) => may(me.role, name));
  });
  onOpen(dialog.querySelector("#person-impersonate"), () => ask(person));
}

function ask({ me, name, user: { id } }) {
  return openDialog("impersonate", { name }, (dialog) => {
    onSubmit(dialog.querySelector("form"), async ({ reason }) => {
      await freshly(me, () => goingTo("account", () => client.impersonation.begin(id, { reason })));
    });
  });
}
