/**
 * /magic-link: brings the token back that the link carries. In the browser that asked for the mail it signs in at once;
 * in another one the server says who asked, and the person decides.
 */
import { client } from "../pages/client.js";
import { describe } from "../pages/devices.js";
import { focusOn, scriptRuns, takeToken } from "../pages/dom.js";
import { onPress, onSubmit, refuse } from "../pages/form.js";
import { enter } from "../pages/kept.js";
import { goOn, next } from "../pages/next.js";
import { t } from "../pages/texts.js";
import { ago } from "../pages/time.js";

const part = (id) => document.getElementById(id);
const states = ["signing-in", "elsewhere", "declined", "type-code"];
const token = takeToken();

scriptRuns();
onSubmit(part("type-code"), ({ code }) => signIn({ code }));
onPress(part("sign-in-here"), () => signIn({ token, confirm: true }));
onPress(part("not-me"), () => show("declined"));
if (token) bringBack();

async function signIn(proof) {
  await enter(() => client.magicLink.finish(proof), next());
  return goOn();
}

async function bringBack() {
  show("signing-in");
  await shown();
  try {
    await signIn({ token });
  } catch (error) {
    if (error.code === "other_browser") return ask(error.facts);
    show("type-code");
    refuse(part("main"), error);
  }
}

/** A page that the browser prepares, in case somebody opens it, does nothing yet. */
function shown() {
  if (!document.prerendering) return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("prerenderingchange", resolve, { once: true }));
}

function ask({ email, user_agent: userAgent, address, at }) {
  const facts = {
    device: describe(userAgent).name,
    from: address ? t("from the network address %(address)s", { address }) : t("from an unknown network"),
    when: ago(at),
    email,
  };
  for (const place of part("elsewhere").querySelectorAll("[data-fact]")) {
    place.replaceChildren(facts[place.dataset.fact]);
  }
  show("elsewhere");
}

function show(state) {
  for (const id of states) part(id).hidden = id !== state;
  focusOn(part(state).querySelector("h2"));
}
