/** One person, in a dialog: their role, whether they may sign in, where they are signed in. */
import { client } from "../client.js";
import { deviceRow, sessionPages } from "../devices.js";
import { confirmed, openDialog } from "../dialogs.js";
import { focusOn, notify, removeRow } from "../dom.js";
import { alertIn, onOpen, onPress, onSubmit } from "../form.js";
import { may, permissionsOf } from "../private.js";
import { ago, onDay } from "../time.js";
import { sentence } from "../words.js";
import { showActive } from "./row.js";

/** Answers `{ close(), closed }`: closed comes true where it was closed in there. `draw(user)` learns of changes. */
export function manage(user, me, draw) {
  const mayWrite = may(me.role, "users:write");
  const isMe = user.id === me.id;
  const person = { user, isMe, mayWrite, name: user.name ?? user.email, path: `api/users/${user.id}` };
  let close;
  let opened;
  const closed = openDialog("person", slotsOf(person), (dialog, closeIt) => {
    close = closeIt;
    opened = person.dialog = dialog;
    person.change = (changes, said) => change(person, draw, changes, said);
    showActive(dialog.querySelector('[data-slot="active"]'), user);
    const showSessions = sessions(person);
    if (mayWrite) {
      role(person);
      access(person, showSessions);
    }
    showSessions().catch((error) => alertIn(dialog, sentence(error)));
  }).then(() => !("gone" in opened.dataset));
  return { close: () => close(), closed };
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

// Role

/** Power is given after a question only. What was refused, or called off, is not left standing in the field. */
function role(person) {
  const form = person.dialog.querySelector("form");
  const shown = form.elements.role;
  shown.value = person.user.role;
  onSubmit(form, async ({ role: wanted }) => {
    const work = () => person.change({ role: wanted }, `${person.name} is now ${wanted}.`);
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
    title: `Make ${name} ${wanted}?`,
    text: `From their next click on they may do more: ${more.join(", ")}.`,
    action: `Make them ${wanted}`,
    danger: false,
  };
}

// Access

function access(person, showSessions) {
  const toggle = person.dialog.querySelector("#person-active");
  const draw = () => {
    const { is_active: active } = person.user;
    toggle.firstElementChild.textContent = active ? "Disable account" : "Enable account";
    toggle.classList.toggle("danger", active);
  };
  draw();
  onOpen(toggle, async () => {
    if (person.user.is_active) await disable(person);
    else await person.change({ is_active: true }, `${person.name} may sign in again.`);
    draw();
    await showSessions();
  });
}

function disable({ name, change: changePerson }) {
  const question = {
    title: `Disable ${name}?`,
    text: "They are signed out everywhere at once, and cannot sign in until the account is enabled again.",
    action: "Disable account",
  };
  return confirmed(question, () => changePerson({ is_active: false }, `${name} is disabled and signed out.`));
}

// Devices

/** Answers the function that shows them anew. */
function sessions(person) {
  const { dialog, path, name, mayWrite } = person;
  const list = dialog.querySelector("#person-sessions");
  const everywhere = dialog.querySelector("#person-sign-out");
  const count = () => {
    dialog.querySelector("#no-person-sessions").hidden = Boolean(list.firstChild);
    if (everywhere) everywhere.hidden = list.childElementCount < 2;
  };
  const draw = (found, first) => {
    if (first) list.replaceChildren();
    list.append(...found.map((session) => sessionRow(person, session, count)));
    count();
  };
  const showFirst = sessionPages(`${path}/sessions`, dialog.querySelector("#more-person-sessions"), draw);
  if (mayWrite) {
    onPress(everywhere, async () => {
      await client.call("DELETE", `${path}/sessions`);
      notify(`${name} is signed out everywhere.`);
      await seeAboutMyself(person);
      await showFirst();
      focusOn(dialog.querySelector("#person-sessions-title"));
    });
  }
  return showFirst;
}

function sessionRow(person, session, count) {
  const row = deviceRow(session, { mayEnd: person.mayWrite });
  if (!person.mayWrite) return row;
  onPress(row.querySelector("button"), async () => {
    await client.call("DELETE", `${person.path}/sessions/${session.id}`);
    removeRow(row);
    count();
    await seeAboutMyself(person);
  });
  return row;
}
