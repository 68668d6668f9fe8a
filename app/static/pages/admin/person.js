/** One person, in a dialog: who they are, and the sections of whoever has something to say or to do about them. */
import { client } from "../client.js";
import { openDialog } from "../dialogs.js";
import { focusOn, notify } from "../dom.js";
import { alertIn, Cancelled, onPress } from "../form.js";
import { freshly } from "../fresh.js";
import { may } from "../private.js";
import { sections } from "../slots/person.js";
import { t } from "../texts.js";
import { ago, onDay } from "../time.js";
import { sentence } from "../words.js";
import { showStatus } from "./row.js";

/** Answers `{ close(), closed }`: closed comes true where it was closed in there. `draw(user)` learns of changes. */
export function manage(user, me, draw) {
  const mayWrite = may(me.role, "users:write");
  const isMe = user.id === me.id;
  const draws = [draw];
  const person = { user, me, isMe, mayWrite, name: user.name ?? user.email, path: `api/users/${user.id}` };
  let close;
  let opened;
  const closed = openDialog("person", slotsOf(person), (dialog, closeIt) => {
    close = closeIt;
    opened = person.dialog = dialog;
    person.onChange = (redraw) => (draws.push(redraw), redraw(person.user));
    person.update = (work, said, undo) => update(person, draws, work, said, undo);
    person.change = (changes, said, undo) => person.update(() => client.call("PATCH", person.path, changes), said, undo);
    person.gone = () => (close("gone"), draw(null)); // a row behind an open dialog could not hand on the focus
    person.seeAboutMyself = () => seeAboutMyself(person);
    person.onChange((now) => showStatus(dialog.querySelector('[data-slot="status"]'), now));
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
    seen: user.last_sign_in_at ? ago(user.last_sign_in_at) : t("never"),
    verified: user.email_verified_at ? onDay(user.email_verified_at) : t("no"),
    me: isMe,
    write: mayWrite,
    role: mayWrite ? null : user.role,
    "role-label": !mayWrite,
  };
}

/**
 * `work` answers with the person as they are now; everything that shows them is drawn anew. `undo`, if there is a way
 * back, does as much the other way round: it is offered for half a minute.
 */
async function update(person, draws, work, said, undo) {
  person.user = await work();
  for (const draw of draws) draw(person.user);
  notify(said, undo && undoButton(person, draws, undo));
  await seeAboutMyself(person);
}

function undoButton(person, draws, undo) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "undo" });
  button.textContent = t("Undo");
  button.dataset.busy = t("Taking it back …");
  onPress(button, async () => {
    if (person.dialog.open) focusOn(person.dialog.querySelector("h2")); // the button goes
    await update(person, draws, () => freshly(person.me, undo), t("Taken back.")).catch((error) => {
      if (!(error instanceof Cancelled)) notify(sentence(error));
    });
  });
  return button;
}

/** One's own role may be another now, one's own session over. */
const seeAboutMyself = ({ isMe }) => (isMe ? client.session().catch(() => {}) : undefined);
