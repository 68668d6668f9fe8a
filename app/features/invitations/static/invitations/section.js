/** Invitations on the page of the users: who is invited, inviting, sending again, taking back. */
import { client } from "../pages/client.js";
import { confirmed, openDialog } from "../pages/dialogs.js";
import { clone, notify, removeRow } from "../pages/dom.js";
import { onOpen, onPress, onSubmit } from "../pages/form.js";
import { freshly } from "../pages/fresh.js";
import { may, permissionsOf } from "../pages/private.js";
import { t } from "../pages/texts.js";
import { ago, onDay } from "../pages/time.js";

const MANY = 100;
const FEW = 2;

export const load = async ({ role }) =>
  may(role, "users:invite") ? { invitations: (await client.invitations.list({ status: "open", limit: MANY })).items } : {};

export default function invitations(content, me) {
  const { invitations: open, role: mine } = me;
  const section = content.querySelector("#invitations");
  if (!open) return section.remove();
  const list = section.querySelector("#invitation-list");
  const count = () => (section.querySelector("#no-invitations").hidden = list.childElementCount > 0);

  list.replaceChildren(...open.map((each) => invitationRow(each, count)));
  count();
  showFew(list, section.querySelector("#more-invitations"));
  onOpen(section.querySelector("#invite"), () =>
    openDialog("invite-somebody", {}, (dialog, close) => {
      const refusals = { email_taken: { field: "email" }, role_above_yours: { field: "role" } };
      const send = async ({ email, role, days }) => {
        const made = await freshly(me, () => client.invitations.create({ email, role, days: Number(days) }));
        [...list.children].find((row) => row.dataset.email === made.email.toLowerCase())?.remove();
        list.prepend(invitationRow(made, count));
        count();
        close();
        notify(t("An invitation to %(address)s is on its way.", { address: made.email }));
      };
      offerRoles(dialog.querySelector("select"), permissionsOf(mine));
      onSubmit(dialog.querySelector("form"), send, { refusals });
    }),
  );
}

/** The latest, and the others by a button: the users, whom the page is about, stand below. */
function showFew(list, more) {
  const others = [...list.children].slice(FEW);
  if (others.length < 2) return; // for one alone a button is no shorter
  for (const row of others) row.hidden = true;
  more.hidden = false;
  more.addEventListener("click", () => {
    for (const row of others) row.hidden = false;
    more.hidden = true;
    others[0].querySelector("button").focus();
  });
}

/** Those that may no more than whoever invites. */
function offerRoles(select, mine) {
  for (const option of [...select.options]) {
    if (!permissionsOf(option.value).every((permission) => mine.includes(permission))) option.remove();
  }
}

function invitationRow(invitation, count) {
  const { id, email, role } = invitation;
  const dates = { since: ago(invitation.created_at), until: onDay(invitation.expires_at) };
  const row = clone("invitation", { email, role, ...dates }).firstElementChild;
  row.dataset.email = email.toLowerCase();
  onPress(row.querySelector("[data-again]"), async () => {
    const sent = await client.invitations.resend(id);
    row.querySelector('[data-slot="until"]').replaceChildren(onDay(sent.expires_at));
    notify(t("Another mail to %(address)s is on its way. The link in the one before is void.", { address: email }));
  });
  onOpen(row.querySelector("[data-back]"), async () => {
    const question = {
      title: t("Take back the invitation of %(address)s?", { address: email }),
      text: t("The link in the mail leads nowhere any more. You can invite them again."),
      action: t("Take back"),
    };
    await confirmed(question, () => client.invitations.revoke(id));
    removeRow(row);
    count();
    notify(t("The invitation of %(address)s is taken back.", { address: email }));
  });
  return row;
}
