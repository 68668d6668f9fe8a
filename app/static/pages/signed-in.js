/** /signed-in: the end of a sign-in in a window of its own. Tells the page that opened it, and closes. */
import { scriptRuns } from "./dom.js";
import { t } from "./texts.js";
import { providerSentence } from "./words.js";

scriptRuns();
const query = new URLSearchParams(location.search);
const error = query.get("error") ?? undefined;
const origins = [location.origin, ...document.documentElement.dataset.origins.split(" ")];
const asked = query.get("origin") ?? location.origin;

document.getElementById("outcome").textContent = error ? providerSentence(error) : t("You are signed in.");
document.getElementById("done").hidden = Boolean(error);
document.getElementById("after").hidden = false;

// Both: the one that opened this may be of another origin, or have lost sight of its window.
if (origins.includes(asked)) window.opener?.postMessage({ flaskport: "done", error }, asked);
const channel = new BroadcastChannel(`flaskport ${new URL("./", location.href).href}`);
channel.postMessage({ done: true, error });
channel.close();

// Only a window that a script opened can be closed. A refusal stays for whoever has nobody to read it to them.
window.close();
