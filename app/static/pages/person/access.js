/** Whether a person may sign in. */
import { confirmed } from "../dialogs.js";
import { onOpen } from "../form.js";

export default function access(dialog, person) {
  const toggle = dialog.querySelector("#person-active");
  if (!toggle) return; // who may only look
  const isEnabled = () => person.user.status !== "disabled";
  person.onChange(() => {
    toggle.firstElementChild.textContent = isEnabled() ? "Disable account" : "Enable account";
    toggle.classList.toggle("danger", isEnabled());
  });
  onOpen(toggle, async () => {
    if (isEnabled()) await disable(person);
    else await person.change({ is_active: true }, `${person.name} may sign in again.`);
    await person.showDevices();
  });
}

function disable({ name, change: changePerson }) {
  const question = {
    title: `Disable ${name}?`,
    text: "They are signed out everywhere at once, and cannot sign in until the account is enabled again.",
    action: "Disable account",
  };
  return confirmed(question, () => changePerson({ is_active: false }, `${name} is disabled and signed out.`));
}
