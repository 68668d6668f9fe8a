/** /invitation: where the mail's link leads. It says what it is for; nothing happens before the person accepts. */
import { client } from "../pages/client.js";
import { clone, focusOn, scriptRuns, takeToken } from "../pages/dom.js";
import { alertIn, onPress, onSubmit } from "../pages/form.js";
import { enter } from "../pages/kept.js";
import { goOn, next } from "../pages/next.js";
import { revealPasswords } from "../pages/passwords.js";
import { sections as newAccounts } from "../pages/slots/new-account.js";
import { sections as onNewPassword } from "../pages/slots/new-password.js";
import { sections as ways } from "../pages/slots/sign-in.js";
import { t } from "../pages/texts.js";
import { sentence } from "../pages/words.js";

const KEPT = "flaskport invitation"; // for the way back from signing in, which leads to this page without the link
const place = document.getElementById("invited");
const card = place.closest(".card");
const token = takeToken() ?? sessionStorage.getItem(KEPT);

scriptRuns();
if (token) look();
else alertIn(card, t("Open the link in the mail with your invitation."));

async function look() {
  sessionStorage.setItem(KEPT, token);
  try {
    const [invitation, { user }] = await Promise.all([client.invitations.look(token), client.session()]);
    show(invitation, user);
  } catch (error) {
    if (error.code === "link_over") sessionStorage.removeItem(KEPT);
    alertIn(card, sentence(error));
  }
}

function show(invitation, user) {
  const { email, role, invited_by: by, has_account: known } = invitation;
  document.getElementById("invited-foot").hidden = Boolean(user) || known;
  if (user?.email.toLowerCase() === email.toLowerCase()) return claim({ email, role });
  if (known) return place.replaceChildren(clone("sign-in-first", { email, role }));
  const who = { by, "by-somebody": Boolean(by), "by-nobody": !by, other: Boolean(user), me: user?.email ?? null };
  place.replaceChildren(clone("accept", { ...who, as: role !== "user", email, role }));
  accept(email);
}

function accept(email) {
  const form = document.getElementById("accept-form");
  const { name, password, username } = form.elements;
  username.value = email;
  revealPasswords(form);
  for (const { default: start } of onNewPassword) start(password, () => ({ email, name: name.value }));
  document.getElementById("elsewhere-hint").hidden = !place.querySelector("[data-provider]");
  for (const { default: start } of ways) start({ remember: () => false });
  onSubmit(form, async (fields) => {
    const chosen = { name: fields.name.trim() || null, password: fields.password };
    await enter(() => client.invitations.accept({ token, ...chosen }), next());
    return accepted();
  });
  for (const { default: start } of newAccounts) start({ form, invitation: token, refusals: {}, done: accepted });
}

function accepted(section) {
  sessionStorage.removeItem(KEPT);
  return goOn(section);
}

function claim(slots) {
  place.replaceChildren(clone("claim", slots));
  const button = document.getElementById("claim-it");
  onPress(button, async () => {
    await client.invitations.claim(token);
    return accepted();
  });
  focusOn(button);
}
