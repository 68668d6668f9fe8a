/** Where somebody is signed in. */
import { client } from "../client.js";
import { deviceRow, sessionPages } from "../devices.js";
import { confirmed } from "../dialogs.js";
import { focusOn, notify, removeRow } from "../dom.js";
import { onOpen, onPress } from "../form.js";
import { signingOut } from "../private.js";
import { t } from "../texts.js";

let showFirst = null;

/** Answers once the first devices are in the section. */
export function load(content) {
  const list = content.getElementById("device-list");
  const others = content.getElementById("sign-out-others");
  const count = () => (others.hidden = list.childElementCount < 2);

  function draw(sessions, first) {
    if (first) list.replaceChildren();
    const rows = sessions.map((session) => rowOf(session, count));
    list.append(...rows);
    if (!first) focusOn(rows[0]?.querySelector("button"));
    count();
  }

  showFirst = sessionPages("auth/sessions", content.getElementById("more-devices"), draw);
  return showFirst();
}

/** `me.staysSignedIn` is what features say of those who are no device. */
export default function devices(content, { staysSignedIn = "" }) {
  const heading = content.getElementById("devices-title");
  onOpen(content.getElementById("sign-out-others"), async () => {
    await confirmed(
      {
        title: t("Sign out all others?"),
        text: [t("Every device but this one is signed out."), staysSignedIn].join(" "),
        action: t("Sign out all others"),
      },
      () => client.call("POST", "auth/logout-all", { keep_current: true }),
    );
    await showFirst();
    focusOn(heading);
    notify(t("Your other devices are signed out."));
  });
  onOpen(content.getElementById("sign-out-everywhere"), () =>
    confirmed(
      {
        title: t("Sign out everywhere?"),
        text: [t("All your devices are signed out, this one too."), staysSignedIn].join(" "),
        action: t("Sign out everywhere"),
      },
      () => signingOut(() => client.signOutEverywhere()),
    ),
  );
}

/** Something ended sessions on its way. */
export const refreshDevices = () => showFirst();

function rowOf(session, count) {
  const row = deviceRow(session, { current: session.current });
  const name = row.querySelector('[data-slot="name"]').textContent;
  onPress(row.querySelector("button"), async () => {
    if (session.current) return signingOut(() => client.signOut());
    await client.devices.revoke(session.id);
    removeRow(row);
    count();
    notify(t("%(name)s is signed out.", { name }));
  });
  return row;
}
