/** /sign-up: makes the account, signs in to it, goes on. */
import { client } from "./client.js";
import { clone } from "./dom.js";
import { onSubmit, revealPasswords } from "./form.js";
import { carry, goOn } from "./next.js";
import { offerProviders } from "./providers.js";

const form = document.getElementById("sign-up");

function emailTaken() {
  const copy = clone("email-taken");
  carry(copy);
  return copy;
}

carry();
revealPasswords(form);
onSubmit(
  form,
  async ({ name, email, password }) => {
    await client.register({ name: name.trim() || null, email, password });
    await client.signIn({ email, password });
    return goOn();
  },
  { refusals: { email_taken: { field: "email", message: emailTaken } } },
);
offerProviders();
