/** The form for a new password: with what `proof(fields)` answers, which is the link's token or the code. */
import { client } from "../pages/client.js";
import { clone, focusOn } from "../pages/dom.js";
import { onSubmit } from "../pages/form.js";
import { carry } from "../pages/next.js";
import { revealPasswords } from "../pages/passwords.js";
import { sections as onNewPassword } from "../pages/slots/new-password.js";

export function resetForm(form, proof, email) {
  revealPasswords(form);
  form.elements.username.value = email() ?? "";
  for (const { default: start } of onNewPassword) start(form.elements.password, () => ({ email: email() }));
  onSubmit(form, async (fields) => {
    await client.passwordReset.finish({ ...proof(fields), password: fields.password });
    const end = clone("done");
    carry(end);
    for (const gone of document.querySelectorAll("#on-its-way, #another, #back, #whose")) gone.remove();
    form.replaceWith(end);
    focusOn(document.querySelector("#done-note strong"));
  });
}
