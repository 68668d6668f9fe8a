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

/** Do it, and say why if it was refused. Its code is what to go by; its message is for people. True if it was done. */
async function attempt(work) {
  say("");
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof FlaskportError)) throw error;
    say(error.code === "permission_required" ? "This is not for your role." : wordsOf(error));
    return false;
  }
}

/** What a form is for. Its buttons are off meanwhile: a second click would do it again. */
function onSubmit(id, work) {
  $(id).addEventListener("submit", async (event) => {
    event.preventDefault();
    const { target: form, submitter } = event;
    const fields = Object.fromEntries(new FormData(form));
    const turn = (off) => form.querySelectorAll("button").forEach((button) => (button.disabled = off));
    turn(true);
    await attempt(() => work(fields, form, submitter?.value)).finally(() => turn(false));
  });
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

onSubmit("sign-in", async ({ name, ...fields }, form, action) => {
  if (action === "sign-up") await leaveForStep(await client.register({ ...fields, name: name || null }));
  await leaveForStep(await client.signIn(fields));
  form.reset();
});

async function showNotes() {
  const { user } = client;
  const { items } = await client.call("GET", "api/posts");
  if (client.user?.id === user?.id) list("notes", items.map(({ title }) => title)); // else they are somebody else's
}

onSubmit("new-note", async ({ title }, form) => {
  await client.call("POST", "api/posts", { title, body: "" });
  form.reset();
  await showNotes();
});

// For the permission users:read. The server decides, so the button needs not know who may.
$("show-people").addEventListener("click", () =>
  attempt(async () => {
    const { items } = await client.call("GET", "api/users");
    list("people", items.map(({ email }) => email));
  }),
);

$("sign-out").addEventListener("click", () => attempt(() => client.signOut()));

async function showProviders() {
  const buttons = (await client.providers()).map(({ name, label }) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: `Sign in with ${label}` });
    button.addEventListener("click", () => attempt(() => client.signInWith(name, { popup: true })));
    return button;
  });
  $("providers").replaceChildren(...buttons);
}

let shown; // whose page this is

function show(user) {
  $("again").hidden = true;
  $("sign-in").hidden = Boolean(user);
  $("signed-in").hidden = !user;
  $("who").textContent = user?.email ?? "";
  if (user?.id === shown) return;
  shown = user?.id;
  list("notes", []); // nothing of one person is left for the next, not even what was half written
  list("people", []);
  $("new-note").reset();
  if (user) attempt(showNotes);
}

async function begin() {
  const known = await attempt(async () => show((await client.session()).user));
  $("again").hidden = known;
  if (known) await attempt(showProviders);
}

client.onChange(({ user }) => show(user));
$("again").addEventListener("click", begin);
await begin();
