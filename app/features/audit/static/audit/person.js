/** On /admin: what happened to a person's account, for whoever may read the audit trail, and who did it. */
import { client } from "../pages/client.js";
import { may } from "../pages/private.js";
import { activityRow, pages } from "./rows.js";

const FEW = 8;

export default async function trail(dialog, person) {
  const part = dialog.querySelector("#person-audit");
  if (!may(person.me.role, "audit:read")) {
    part.remove();
    return;
  }
  const list = part.querySelector("ul");
  const names = new Map();
  const draw = async (items) => {
    const rows = await Promise.all(items.map(async (item) => activityRow(item, await nameOf(item, names))));
    list.append(...rows);
  };
  const user = person.path.split("/").at(-1);
  await pages(part.querySelector("#more-person-audit"), (cursor) => client.audit.list({ user, cursor, limit: FEW }), draw);
}

/** The address of whoever did it, each asked for once; the id of somebody who is gone. */
function nameOf({ by, actor_id: id }, names) {
  if (by !== "other") return null;
  if (!names.has(id)) names.set(id, client.call("GET", `api/users/${id}`).then(({ email }) => email, () => id));
  return names.get(id);
}
