/** /undo-email-change: the link in the mail to the address that an account had. */
import { base, client } from "../pages/client.js";
import { clone, focusOn, scriptRuns } from "../pages/dom.js";
import { alertIn, onPress } from "../pages/form.js";
import { t } from "../pages/texts.js";

const token = new URLSearchParams(location.hash.slice(1)).get("token");
const place = document.getElementById("outcome");
const button = document.getElementById("take-back");

// Out of the address bar and the history, and so of what is looked at over a shoulder, copied or synchronised.
if (token) history.replaceState(null, "", location.pathname + location.search);
scriptRuns();
onPress(button, async () => {
  const resetToken = await client.emailChange.undo(token);
  client.session().catch(() => {}); // whoever was signed in here is not any more: other tabs learn it from there
  const { resetPage } = button.dataset;
  if (resetPage) {
    location.replace(new URL(`${resetPage}#token=${encodeURIComponent(resetToken)}`, base));
    return new Promise(() => {}); // this page is on its way out
  }
  place.replaceChildren(clone("taken-back"));
  focusOn(place.querySelector("h2"));
});

if (!token) {
  button.hidden = true;
  alertIn(document.getElementById("main"), t("This link is not whole. Open it from the mail again."));
}
