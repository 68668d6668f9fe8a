/** Making an account with a passkey in the place of a password, from the form that would ask for one. */
import { client } from "../pages/client.js";
import { describe } from "../pages/devices.js";
import { onSend } from "../pages/form.js";
import { enter } from "../pages/kept.js";
import { next } from "../pages/next.js";
import { ceremony } from "./ceremony.js";

/** `invitation`: the token of the link that the person has. `done(section)` goes on once they are signed in. */
export default function signUpByPasskey({ form, invitation, refusals, done }) {
  const section = document.getElementById("passkey-sign-up");
  if (!section || !client.passkeys.isAvailable()) return;
  section.hidden = false;
  const names = invitation ? ["name"] : ["name", "email"];
  const make = async ({ name, email }) => {
    const who = { name: name.trim() || null, passkeyName: describe(navigator.userAgent).name };
    const { passkeys } = client;
    const come = () => (invitation ? passkeys.acceptInvitation({ ...who, token: invitation }) : passkeys.signUp({ ...who, email }));
    await enter(() => ceremony(come), next());
    return done("#recovery-codes"); // they come in by nothing else yet
  };
  onSend(form, section.querySelector("button"), names, make, { refusals });
}
