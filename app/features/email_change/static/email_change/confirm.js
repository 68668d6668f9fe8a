/** /change-email: the link in the mail to a new address. Nothing happens before the person says so. */
import { client } from "../pages/client.js";
import { clone, focusOn, scriptRuns, takeToken } from "../pages/dom.js";
import { alertIn, onPress } from "../pages/form.js";
import { sentence } from "../pages/words.js";

const place = document.getElementById("outcome");
const waiting = document.getElementById("waiting");
const token = takeToken();
let done = false;

scriptRuns();

function show(name, slots) {
  place.replaceChildren(clone(name, slots));
  return place;
}

async function look(user) {
  if (!token) return show("no-token");
  if (!user) return show("signed-out");
  const wanted = await client.emailChange.pending();
  if (!wanted) return onPress(show("nothing", { email: user.email }).querySelector("button"), () => client.signOut());
  const button = show("question", { wanted: wanted.email, now: user.email }).querySelector("button");
  onPress(button, async () => {
    done = true; // what the client tells of it is no news
    const { email } = await client.emailChange.confirm({ token }).catch((error) => {
      done = false;
      throw error;
    });
    show("done", { email });
    focusOn(place.querySelector("h2"));
  });
}

async function begin() {
  try {
    await look((await client.session()).user);
  } catch (error) {
    alertIn(document.getElementById("main"), sentence(error));
  }
  waiting.hidden = true;
}

// Whoever signs in in another tab comes back to this one, which goes on by itself.
client.onChange(({ type, user }) => {
  if (!done && type !== "updated") look(user).catch(() => {});
});
begin();
