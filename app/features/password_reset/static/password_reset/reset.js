/** /reset-password: where the mail's link leads. Nothing happens before the person sends the form. */
import { client } from "../pages/client.js";
import { takeToken } from "../pages/dom.js";
import { alertIn } from "../pages/form.js";
import { carry } from "../pages/next.js";
import { sentence } from "../pages/words.js";
import { resetForm } from "./form.js";

const form = document.getElementById("reset");
const token = takeToken();
let owner;

carry();
if (form) {
  if (token) form.querySelector("[data-code]").remove();
  resetForm(form, ({ code }) => (token ? { token } : { code }), () => owner);
  if (token) look();
}

/** Whose it is, also for password managers, and whether it is still good: before anybody thinks of a password. */
async function look() {
  try {
    owner = (await client.passwordReset.look(token)).email;
    form.elements.username.value = owner;
    const whose = document.getElementById("whose");
    whose.querySelector("[data-slot=email]").textContent = owner;
    whose.hidden = false;
  } catch (error) {
    if (error.code === "link_over") form.hidden = true;
    alertIn(form.closest(".card"), sentence(error));
  }
}
