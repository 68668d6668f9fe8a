/** /undo-email-change: the link in the mail to the address that an account had. */
import { base, client } from "../pages/client.js";
import { clone, focusOn, scriptRuns, takeToken } from "../pages/dom.js";
import { alertIn, onPress } from "../pages/form.js";
import { t } from "../pages/texts.js";

const token = takeToken();
const place = document.getElementById("outcome");
const button = document.getElementById("take-back");

scriptRuns();
onPress(button, async () => {
  const resetToken = await client.emailChange.undo(token).catch(over);
  client.session().catch(() => {}); // whoever was signed in here is not any more: other tabs learn it from there
  const { resetPage } = button.dataset;
  if (resetPage) {
    location.replace(new URL(`${resetPage}#token=${encodeURIComponent(resetToken)}`, base));
    return new Promise(() => {}); // this page is on its way out
  }
  place.replaceChildren(clone("taken-back"));
  focusOn(place.querySelector("h2"));
});

/** A link that is over gives nothing back, however often it is tried. */
function over(error) {
  if (error.code === "link_over") {
    place.replaceChildren(clone("elsewhere"));
    focusOn(document.querySelector("h1"));
  }
  throw error;
}

if (!token) {
  button.hidden = true;
  alertIn(document.getElementById("main"), t("This link is not whole. Open it from the mail again."));
}
