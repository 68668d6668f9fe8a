/** Invitations on the page of the users: who is invited, inviting, sending again, taking back. */
import { client } from "../pages/client.js";
import { confirmed, openDialog } from "../pages/dialogs.js";
import { clone, notify, removeRow } from "../pages/dom.js";
import { onOpen, onPress, onSubmit } from "../pages/form.js";
import { may } from "../pages/private.js";
import { ago, onDay } from "../pages/time.js";

const MANY = 100;

export const load = async ({ role }) =>
  may(role, "users:invite") ? { invitations: (await client.invitations.list({ status: "open", limit: MANY })).items } : {};

export default function invitations(content, { invitations: open }) {
  const section = content.querySelector("#invitations");
  if (!open) return section.remove();
  const list = section.querySelector("#invitation-list");
  const count = () => (section.querySelector("#no-invitations").hidden = list.childElementCount > 0);

  list.replaceChildren(...open.map((each) => invitationRow(each, count)));
  count();
  onOpen(section.querySelector("#invite"), () =>
    openDialog("invite-somebody", {}, (dialog, close) => {
      const refusals = { email_taken: { field: "email" }, role_above_yours: { field: "role" } };
      const send = async ({ email, role, days }) => {
        const made = await client.invitations.create({ email, role, days: Number(days) });
        [...list.children].find((row) => row.dataset.email === made.email.toLowerCase())?.remove();
        list.prepend(invitationRow(made, count));
        count();
        close();
        notify(`An invitation to ${made.email} is on its way.`);
      };
      onSubmit(dialog.querySelector("form"), send, { refusals });
    }),
  );
}

function invitationRow(invitation, count) {
  const { id, email, role } = invitation;
  const dates = { since: ago(invitation.created_at), until: onDay(invitation.expires_at) };
  const row = clone("invitation", { email, role, ...dates }).firstElementChild;
  row.dataset.email = email.toLowerCase();
  onPress(row.querySelector("[data-again]"), async () => {
    const sent = await client.invitations.resend(id);
    row.querySelector('[data-slot="until"]').replaceChildren(onDay(sent.expires_at));
    notify(`Another mail to ${email} is on its way. The link in the one before is void.`);
  });
  onOpen(row.querySelector("[data-back]"), async () => {
    const question = {
      title: `Take back the invitation of ${email}?`,
      text: "The link in the mail leads nowhere any more. You can invite them again.",
      action: "Take back",
    };
    await confirmed(question, () => client.invitations.revoke(id));
    removeRow(row);
    count();
    notify(`The invitation of ${email} is taken back.`);
  });
  return row;
}
