/** "E-mail me a link", below the form to sign in: then the code is typed here, or the link opened in this browser. */
import { signingIn } from "../pages/already.js";
import { client } from "../pages/client.js";
import { focusOn } from "../pages/dom.js";
import { onPress, onSubmit } from "../pages/form.js";
import { enter } from "../pages/kept.js";
import { goOn, next } from "../pages/next.js";
import { Told } from "../pages/words.js";

const section = document.getElementById("magic-link");
const ways = section?.parentElement;

export default function magicLink({ remember }) {
  if (!section) return; // the page to sign up, where nobody has an account yet
  const email = document.getElementById("email");
  const form = section.querySelector("#ask-by-form"); // there, where nobody signs in with a password
  if (form) onSubmit(form, () => ask(email, remember()));
  else onPress(section.querySelector("#ask-for-link"), () => ask(email, remember()));
  onSubmit(section.querySelector("#link-code-form"), ({ code }) =>
    signingIn(async () => {
      await enter(() => client.magicLink.finish({ code }), next());
      return goOn();
    }),
  );
  onPress(section.querySelector("#other-way"), () => show(false, email));
}

async function ask(email, remember) {
  const address = email.value.trim();
  const missing = email.dataset.missing;
  if (!address) throw Object.assign(new Told(missing), { errors: { email: [missing] } });
  const wish = new URLSearchParams(location.search).has("next") ? next() : undefined; // else the link is shorter
  await client.magicLink.ask({ email: address, remember, next: wish });
  section.querySelector("[data-address]").textContent = address;
  show(true, section.querySelector("h2"));
}

/** Either what was asked for is typed, or another way is chosen. */
function show(asked, focus) {
  for (const way of ways.children) way.hidden = asked && way !== section;
  section.querySelector("#link-asked").hidden = !asked;
  section.querySelector("#link-offered").hidden = asked;
  section.querySelector("#link-code-form").reset();
  focusOn(focus);
}
