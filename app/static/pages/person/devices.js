/** Where a person is signed in. */
import { client } from "../client.js";
import { deviceRow, sessionPages } from "../devices.js";
import { focusOn, notify, removeRow } from "../dom.js";
import { onPress } from "../form.js";
import { t } from "../texts.js";

/** Answers once the first are shown. `person.showDevices()` shows them anew. */
export default function devices(dialog, person) {
  const { path, name, mayWrite } = person;
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
  person.showDevices = sessionPages(`${path}/sessions`, dialog.querySelector("#more-person-sessions"), draw);
  if (mayWrite) {
    onPress(everywhere, async () => {
      await client.call("DELETE", `${path}/sessions`);
      notify(t("%(name)s is signed out everywhere.", { name }));
      await person.seeAboutMyself();
      await person.showDevices();
      focusOn(dialog.querySelector("#person-sessions-title"));
    });
  }
  return person.showDevices();
}

function sessionRow(person, session, count) {
  const row = deviceRow(session, { mayEnd: person.mayWrite });
  if (!person.mayWrite) return row;
  onPress(row.querySelector("button"), async () => {
    await client.call("DELETE", `${person.path}/sessions/${session.id}`);
    removeRow(row);
    count();
    await person.seeAboutMyself();
  });
  return row;
}
