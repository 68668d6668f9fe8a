/** /not-me: what a click on it does, and where it goes on. Opening the page does nothing. */
import { client } from "../pages/client.js";
import { clone, focusOn, scriptRuns, takeToken } from "../pages/dom.js";
import { onPress } from "../pages/form.js";
import { t } from "../pages/texts.js";

const token = takeToken();
const button = document.getElementById("not-me");
const title = document.getElementById("not-me-title");

scriptRuns();
if (token) onPress(button, secure);
else document.getElementById("not-me-alert").append(clone("no-link"));

async function secure() {
  const reset = await client.notices.notMe(token).catch(over);
  if (reset && "reset" in button.dataset) return location.replace(`reset-password#token=${encodeURIComponent(reset)}`);
  title.textContent = t("Your account is secured");
  document.getElementById("not-me-text").replaceChildren(clone(reset ? "secured-here" : "secured"));
  document.getElementById("not-me-choice").remove();
  focusOn(title);
}

/** A link that is over does nothing, however often it is tried: what helps is a new password, asked for where one signs in. */
function over(error) {
  if (error.code === "link_over") {
    document.getElementById("not-me-text").remove();
    document.getElementById("not-me-choice").replaceWith(clone("elsewhere"));
    focusOn(title);
  }
  throw error;
}
