/** One person, in a dialog: who they are, and the sections of whoever has something to say or to do about them. */
import { client } from "../client.js";
import { openDialog } from "../dialogs.js";
import { notify } from "../dom.js";
import { alertIn } from "../form.js";
import { may } from "../private.js";
import { sections } from "../slots/person.js";
import { ago, onDay } from "../time.js";
import { sentence } from "../words.js";
import { showActive } from "./row.js";

/** Answers `{ close(), closed }`: closed comes true where it was closed in there. `draw(user)` learns of changes. */
export function manage(user, me, draw) {
  const mayWrite = may(me.role, "users:write");
  const isMe = user.id === me.id;
  const person = { user, me, isMe, mayWrite, name: user.name ?? user.email, path: `api/users/${user.id}` };
  let close;
  let opened;
  const closed = openDialog("person", slotsOf(person), (dialog, closeIt) => {
    close = closeIt;
    opened = person.dialog = dialog;
    person.change = (changes, said) => change(person, draw, changes, said);
    person.seeAboutMyself = () => seeAboutMyself(person);
    showActive(dialog.querySelector('[data-slot="active"]'), user);
    for (const section of sections) show(section, person);
  }).then(() => !("gone" in opened.dataset));
  return { close: () => close(), closed };
}

async function show(section, person) {
  try {
    await section.default(person.dialog, person);
  } catch (error) {
    alertIn(person.dialog, sentence(error));
  }
}

function slotsOf({ user, isMe, mayWrite, name }) {
  return {
    name,
    email: user.name ? user.email : null,
    since: onDay(user.created_at),
    seen: user.last_sign_in_at ? ago(user.last_sign_in_at) : "never",
    verified: user.email_verified_at ? onDay(user.email_verified_at) : "no",
    me: isMe,
    write: mayWrite,
    role: mayWrite ? null : user.role,
    "role-label": !mayWrite,
  };
}

async function change(person, draw, changes, said) {
  person.user = await client.call("PATCH", person.path, changes);
  draw(person.user);
  showActive(person.dialog.querySelector('[data-slot="active"]'), person.user);
  notify(said);
  await seeAboutMyself(person);
}

/** One's own role may be another now, one's own session over. */
const seeAboutMyself = ({ isMe }) => (isMe ? client.session().catch(() => {}) : undefined);
