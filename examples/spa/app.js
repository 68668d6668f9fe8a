// A whole front end without a build step: who is signed in, reading, writing, signing out, in this and in other tabs.

const { server } = document.documentElement.dataset;
const $ = (id) => document.getElementById(id);

function say(text) {
  $("problem").textContent = text;
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

const wordsOf = ({ message, errors }) => [message, ...Object.values(errors).flat()].join(" ");

/** Do what a person asked for, and say why if it was refused. Its code is what to go by; its message is for people. */
async function attempt(work) {
  say("");
  try {
    await work();
  } catch (error) {
    if (!(error instanceof FlaskportError)) throw error;
    say(error.code === "permission_required" ? "This is not for your role." : wordsOf(error));
  }
}

/** One line for each thing. What others wrote is text, and never markup. */
function list(id, lines) {
  $(id).replaceChildren(...lines.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
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
  const { name, ...fields } = Object.fromEntries(new FormData(event.target));
  attempt(async () => {
    if (event.submitter?.value === "sign-up") await leaveForStep(await client.register({ ...fields, name: name || null }));
    await leaveForStep(await client.signIn(fields));
    event.target.reset();
  });
});

async function showNotes() {
  const { items } = await client.call("GET", "api/posts");
  list("notes", items.map(({ title }) => title));
}

$("new-note").addEventListener("submit", (event) => {
  event.preventDefault();
  const { title } = Object.fromEntries(new FormData(event.target));
  attempt(async () => {
    await client.call("POST", "api/posts", { title, body: "" });
    event.target.reset();
    await showNotes();
  });
});

// For the permission users:read. The server decides, so the button needs not know who may.
$("show-people").addEventListener("click", () =>
  attempt(async () => {
    const { items } = await client.call("GET", "api/users");
    list("people", items.map(({ email }) => email));
  }),
);

$("sign-out").addEventListener("click", () => attempt(() => client.signOut()));

for (const { name, label } of await client.providers()) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: `Sign in with ${label}` });
  button.addEventListener("click", () => attempt(() => client.signInWith(name, { popup: true })));
  $("providers").append(button);
}

function show(user) {
  $("sign-in").hidden = Boolean(user);
  $("signed-in").hidden = !user;
  $("who").textContent = user?.email ?? "";
  list("people", []);
  if (user) attempt(showNotes);
}

client.onChange(({ user }) => show(user));
show((await client.session()).user);
