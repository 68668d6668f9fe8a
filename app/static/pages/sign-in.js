/** /sign-in */
import { client } from "./client.js";
import { alertIn, onPress, onSubmit, revealPasswords } from "./form.js";
import { carry, goOn, next } from "./next.js";
import { offerProviders } from "./providers.js";
import { providerSentence } from "./words.js";
import { focusOn } from "./dom.js";

const form = document.getElementById("sign-in");
const already = document.getElementById("already");
const refusal = new URLSearchParams(location.search).get("error");
let leaving = false;

carry();
revealPasswords(form);
if (refusal) alertIn(form, providerSentence(refusal));

onSubmit(
  form,
  async ({ email, password, remember }) => {
    leaving = true;
    try {
      await client.signIn({ email, password, remember: remember !== undefined });
    } catch (error) {
      leaving = false;
      throw error;
    }
    return goOn();
  },
  { focus: "password" },
);
offerProviders({ remember: () => form.elements.remember.checked });

// Somebody may be signed in already: here, or from now on in another tab. They choose, nothing happens by itself.

function show(user) {
  if (leaving) return;
  const had = already.contains(document.activeElement) || form.contains(document.activeElement);
  document.getElementById("already-who").textContent = user?.email ?? "";
  document.getElementById("continue").href = next();
  already.hidden = !user;
  for (const id of ["ways", "no-account"]) document.getElementById(id).hidden = Boolean(user);
  if (had) focusOn(user ? document.getElementById("continue") : form.elements.email);
}

onPress(document.getElementById("use-another"), () => client.signOut());
client.onChange(({ user }) => show(user));
addEventListener("pageshow", (event) => event.persisted && (leaving = false));
client.session().catch(() => {}); // the form itself will say if the server does not answer
