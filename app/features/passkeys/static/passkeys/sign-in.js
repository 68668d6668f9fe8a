/** Signing in with a passkey: by the button, or offered by the browser in the field for the address. */
import { signingIn } from "../pages/already.js";
import { client } from "../pages/client.js";
import { describe } from "../pages/devices.js";
import { onPress, refuse } from "../pages/form.js";
import { enter } from "../pages/kept.js";
import { goOn, next } from "../pages/next.js";
import { ceremony } from "./ceremony.js";

const section = document.getElementById("passkeys");
const RENEW_MS = 9 * 60_000; // a challenge is good for ten minutes
const PATIENCE_MS = 3000;
let waiting = null;

export default function passkeys({ remember }) {
  if (!section || !client.passkeys.isAvailable()) return;
  section.hidden = false;
  onPress(section.querySelector("button"), async () => {
    waiting?.abort(); // a browser asks one question at a time
    try {
      await signIn(await ceremony(() => client.passkeys.choose()), remember());
    } catch (error) {
      offer(remember);
      throw error;
    }
  });
  offer(remember);
}

const signIn = (credential, remember) =>
  signingIn(async () => {
    await enter(() => client.passkeys.signIn({ credential, remember }), next());
    return goOn();
  });

/** Wait, as long as the page is there, for somebody to choose a passkey in the field. */
async function offer(remember) {
  const field = document.getElementById("email");
  if (!field || !(await client.passkeys.canAutofill())) return;
  field.autocomplete = "username webauthn";
  const chosen = await chosenInField();
  if (!chosen) return;
  try {
    await signIn(chosen, remember());
  } catch (error) {
    refuse(section.closest(".card") ?? section, error);
    offer(remember);
  }
}

async function chosenInField() {
  for (;;) {
    const mine = (waiting = new AbortController());
    let isOld = false;
    const renewal = setTimeout(() => {
      isOld = true;
      mine.abort();
    }, RENEW_MS);
    try {
      return await client.passkeys.choose({ autofill: true, signal: mine.signal });
    } catch {
      if (!isOld) return null; // the button was pressed, or the browser does not want to: the other ways are there
    } finally {
      clearTimeout(renewal);
    }
  }
}

/** After a password: the browser may make a passkey by itself, where it can. Nobody waits for it for long. */
export async function afterPassword() {
  waiting?.abort(); // a browser does one thing at a time
  const made = client.passkeys.addQuietly(describe(navigator.userAgent).name).catch(() => {});
  await Promise.race([made, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
}
