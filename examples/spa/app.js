// A whole front end: who is signed in, reading, writing, signing out, in this and in other tabs.

const { server } = document.documentElement.dataset;
const $ = (id) => document.getElementById(id);
$("server").textContent = server;

function say(text) {
  $("status").textContent = text;
}

/** The client did not come: this page's origin is not listed there, or nothing answers. The check says what to do. */
function explain() {
  const check = Object.assign(document.createElement("script"), { src: `${server}/static/check.js` });
  check.addEventListener("load", () => say(`${server} does not let this page in. This is what to change:`));
  check.addEventListener("error", () => say(`Nothing answers at ${server}: start it, or name another in index.html.`));
  document.body.append(check);
  return new Promise(() => {}); // nothing below works without it
}

const { createClient, FlaskportError } = await import(`${server}/static/flaskport.js`).catch(explain);
const client = createClient({ baseUrl: server });

/** Run what a person asked for, and tell what came of it. */
async function attempt(work, done = "") {
  say("…");
  try {
    await work();
    say(done);
  } catch (error) {
    if (!(error instanceof FlaskportError)) throw error;
    say([error.message, ...Object.values(error.errors).flat()].join(" "));
  }
}

async function showNotes() {
  const response = await client.fetch("api/posts");
  const { items } = await response.json();
  $("notes").replaceChildren(
    ...items.map((note) => {
      const line = document.createElement("li");
      line.textContent = `${note.title}: ${note.body}`;
      return line;
    }),
  );
}

function show(user) {
  $("anonymous").hidden = Boolean(user);
  $("signed-in").hidden = !user;
  $("who").textContent = user?.email ?? "";
  return showNotes();
}

/** Is a step left, such as a second factor? Then to the server's page for it, which leads back here. */
function leaveForStep(result) {
  if (!("step" in result)) return;
  const page = new URL(result.page);
  page.searchParams.set("next", location.href);
  location.assign(page);
  return new Promise(() => {}); // this page is on its way out
}

$("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  const { email, password } = Object.fromEntries(new FormData(event.target));
  attempt(async () => {
    if (event.submitter?.value === "register") await leaveForStep(await client.register({ email, password }));
    await leaveForStep(await client.signIn({ email, password }));
    event.target.reset();
  }, "Welcome.");
});

$("new-note").addEventListener("submit", (event) => {
  event.preventDefault();
  const note = Object.fromEntries(new FormData(event.target));
  attempt(async () => {
    await client.call("POST", "api/posts", note);
    event.target.reset();
    await showNotes();
  }, "Saved.");
});

$("sign-out").addEventListener("click", () => attempt(() => client.signOut(), "Signed out."));

for (const { name, label } of await client.providers()) {
  const button = document.createElement("button");
  button.textContent = `Sign in with ${label}`;
  button.addEventListener("click", () => attempt(() => client.signInWith(name, { popup: true }), "Welcome."));
  $("providers").append(button);
}

client.onChange(({ user }) => show(user));
show((await client.session()).user);
