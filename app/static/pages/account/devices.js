/** Where somebody is signed in. */
import { client } from "../client.js";
import { deviceRow } from "../devices.js";
import { confirmed } from "../dialogs.js";
import { notify, removeRow } from "../dom.js";
import { onOpen, onPress } from "../form.js";
import { signingOut } from "../private.js";

const signOut = () => signingOut(() => client.signOut());

export function devices(content, sessions) {
  fill(content.getElementById("device-list"), sessions);
  onOpen(content.getElementById("sign-out-everywhere"), () =>
    confirmed(
      {
        title: "Sign out everywhere?",
        text: "All your devices are signed out, this one too. Programs with an API key go on.",
        action: "Sign out everywhere",
      },
      () => signingOut(() => client.signOutEverywhere()),
    ),
  );
}

/** Something ended sessions on its way. */
export async function refreshDevices() {
  const sessions = await client.devices.list();
  const list = document.getElementById("device-list");
  if (list) fill(list, sessions);
}

function fill(list, sessions) {
  const ordered = [...sessions].sort((a, b) => b.current - a.current);
  list.replaceChildren(
    ...ordered.map((session) => {
      const row = deviceRow(session, { current: session.current });
      const name = row.querySelector('[data-slot="name"]').textContent;
      onPress(row.querySelector("button"), async () => {
        if (session.current) return signOut();
        await client.devices.revoke(session.id);
        removeRow(row);
        notify(`${name} is signed out.`);
      });
      return row;
    }),
  );
}
