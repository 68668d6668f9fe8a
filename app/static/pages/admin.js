/** /admin: the users. What is allowed is decided by the API; this asks, and shows what it answers. */
import { clone } from "./dom.js";
import { isBusy, onOpen, onPress, onSubmit } from "./form.js";
import { client } from "./client.js";
import { may, privatePage } from "./private.js";
import { ago } from "./time.js";
import { manage } from "./admin/person.js";

const PAGE = 25;
const WAIT_MS = 300;

privatePage(async (me) => {
  const wishes = Object.fromEntries(new URLSearchParams(location.search));
  let first;
  try {
    first = await ask({ q: wishes.q ?? "", role: wishes.role ?? "" });
  } catch (error) {
    if (error.code === "permission_required") return clone("not-for-you", { role: me.role });
    throw error;
  }
  const content = clone("admin");
  const form = content.getElementById("search");
  form.elements.q.value = wishes.q ?? "";
  form.elements.role.value = wishes.role ?? "";
  bringToLife(content, form, first, me);
  return content;
});

function ask({ q, role }, cursor) {
  const query = new URLSearchParams({ limit: PAGE });
  for (const [name, value] of Object.entries({ q: q.trim(), role, cursor })) if (value) query.set(name, value);
  return client.call("GET", `api/users?${query}`);
}

function bringToLife(content, form, first, me) {
  const rows = content.getElementById("users");
  const count = content.getElementById("count");
  const more = content.getElementById("more");
  let wishes = fields();
  let cursor;
  let timer;

  function fields() {
    return { q: form.elements.q.value, role: form.elements.role.value };
  }

  function add({ items, next_cursor: next }) {
    rows.append(...items.map((user) => userRow(user, me)));
    cursor = next;
    more.hidden = !next;
    rows.closest("table").hidden = !rows.firstChild;
    const shown = rows.childElementCount;
    const users = shown === 1 ? "1 user" : `${shown} users`;
    count.textContent = !shown ? "Nobody matches." : next ? `The first ${users}` : users;
  }

  async function search() {
    clearTimeout(timer); // who presses Enter does not wait, and is not to have the list exchanged a moment later
    const found = await ask((wishes = fields()));
    rows.replaceChildren();
    add(found);
    const query = new URLSearchParams(Object.entries(wishes).filter(([, value]) => value.trim()));
    history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  }

  add(first);
  const button = form.querySelector("button[type=submit]");
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (isBusy(button)) soon();
      else if (form.isConnected) form.requestSubmit();
    }, WAIT_MS);
  };
  onSubmit(form, search);
  form.elements.q.addEventListener("input", soon);
  form.elements.role.addEventListener("change", soon);
  onPress(more, async () => {
    const askedFor = wishes;
    const page = await ask(askedFor, cursor);
    if (askedFor === wishes) add(page); // or another search began
  });
}

function userRow(user, me) {
  const mayWrite = may(me.role, "users:write");
  const row = clone("user", { verb: mayWrite ? "Manage" : "Show", which: user.email }).firstElementChild;
  const draw = (now) => {
    const slot = (name) => row.querySelector(`[data-slot="${name}"]`);
    slot("name").textContent = now.name ?? now.email;
    slot("email").textContent = now.name ? now.email : "";
    slot("role").textContent = now.role;
    slot("active").textContent = now.is_active ? "Active" : "Disabled";
    slot("active").classList.toggle("good", now.is_active);
    slot("active").classList.toggle("bad", !now.is_active);
    slot("seen").replaceChildren(now.last_sign_in_at ? ago(now.last_sign_in_at) : "never");
  };
  draw(user);
  onOpen(row.querySelector("button"), () =>
    manage(user, { mayWrite, isMe: user.id === me.id, onChanged: (now) => draw((user = now)) }),
  );
  return row;
}
