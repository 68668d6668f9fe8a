/** One person, in a dialog: their role, whether they may sign in, where they are signed in. */
import { client } from "../client.js";
import { deviceRow } from "../devices.js";
import { confirmed, openDialog } from "../dialogs.js";
import { focusOn, notify, removeRow } from "../dom.js";
import { alertIn, onOpen, onPress, onSubmit } from "../form.js";
import { onDay } from "../time.js";
import { sentence } from "../words.js";

export function manage(user, { mayWrite, isMe, onChanged }) {
  const path = `api/users/${user.id}`;
  const name = user.name ?? user.email;
  const slots = {
    name,
    email: user.name ? user.email : null,
    since: onDay(user.created_at),
    verified: user.email_verified_at ? onDay(user.email_verified_at) : "no",
    me: isMe,
    write: mayWrite,
    role: mayWrite ? null : user.role,
    "role-label": !mayWrite,
  };
  return openDialog("person", slots, (dialog) => {
    const list = dialog.querySelector("#person-sessions");
    const everywhere = dialog.querySelector("#person-sign-out");
    const count = () => {
      dialog.querySelector("#no-person-sessions").hidden = Boolean(list.firstChild);
      if (everywhere) everywhere.hidden = list.childElementCount < 2;
    };

    async function change(changes, said) {
      user = await client.call("PATCH", path, changes);
      onChanged(user);
      notify(said);
      drawActive();
      await seeAboutMyself();
    }

    /** One's own role may be another now, one's own session over. */
    const seeAboutMyself = () => (isMe ? client.session().catch(() => {}) : undefined);

    function drawActive() {
      const badge = dialog.querySelector('[data-slot="active"]');
      badge.textContent = user.is_active ? "Active" : "Disabled";
      badge.className = `badge ${user.is_active ? "good" : "bad"}`;
      const toggle = dialog.querySelector("#person-active");
      if (!toggle) return;
      toggle.firstElementChild.textContent = user.is_active ? "Disable account" : "Enable account";
      toggle.classList.toggle("danger", user.is_active);
    }

    function disable() {
      const question = {
        title: `Disable ${name}?`,
        text: "They are signed out everywhere at once, and cannot sign in until the account is enabled again.",
        action: "Disable account",
      };
      return confirmed(question, () => change({ is_active: false }, `${name} is disabled and signed out.`));
    }

    async function showSessions() {
      const { items } = await client.call("GET", `${path}/sessions`);
      list.replaceChildren(...items.map(sessionRow));
      count();
    }

    function sessionRow(session) {
      const row = deviceRow(session, { mayEnd: mayWrite });
      if (!mayWrite) return row;
      onPress(row.querySelector("button"), async () => {
        await client.call("DELETE", `${path}/sessions/${session.id}`);
        removeRow(row);
        count();
        await seeAboutMyself();
      });
      return row;
    }

    drawActive();
    if (mayWrite) {
      const form = dialog.querySelector("form");
      form.elements.role.value = user.role;
      onSubmit(form, async ({ role }) => change({ role }, `${name} is now ${role}.`));
      onOpen(dialog.querySelector("#person-active"), async () => {
        await (user.is_active ? disable() : change({ is_active: true }, `${name} may sign in again.`));
        await showSessions();
      });
      onPress(everywhere, async () => {
        await client.call("DELETE", `${path}/sessions`);
        notify(`${name} is signed out everywhere.`);
        await seeAboutMyself();
        await showSessions();
        focusOn(dialog.querySelector("#person-sessions-title"));
      });
    }
    showSessions().catch((error) => alertIn(dialog, sentence(error)));
  });
}
