/** /not-me: what a click on it does, and where it goes on. Opening the page does nothing. */
import { client } from "../pages/client.js";
import { clone, focusOn, scriptRuns } from "../pages/dom.js";
import { onPress } from "../pages/form.js";
import { t } from "../pages/texts.js";

const token = new URLSearchParams(location.hash.slice(1)).get("token");
const button = document.getElementById("not-me");
const title = document.getElementById("not-me-title");

// Out of the address bar and the history, and so of what is looked at over a shoulder, copied or synchronised.
if (token) history.replaceState(null, "", location.pathname + location.search);
scriptRuns();
if (token) onPress(button, secure);
else document.getElementById("not-me-alert").append(clone("no-link"));

async function secure() {
  const reset = await client.notices.notMe(token);
  if (reset && "reset" in button.dataset) return location.replace(`reset-password#token=${encodeURIComponent(reset)}`);
  title.textContent = t("Your account is secured");
  document.getElementById("not-me-text").replaceChildren(clone(reset ? "secured-here" : "secured"));
  document.getElementById("not-me-choice").remove();
  focusOn(title);
}
