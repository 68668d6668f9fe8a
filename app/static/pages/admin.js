/** /admin and /admin/users/<id>: the users. What is allowed is decided by the API; this asks, and shows its answers. */
import { client } from "./client.js";
import { clone, notify } from "./dom.js";
import { privatePage } from "./private.js";
import { offerNewAccount } from "./admin/create.js";
import { addressOf, askForUsers, LIST, showUsers } from "./admin/list.js";
import { manage } from "./admin/person.js";
import { sections } from "./slots/admin.js";
import { t } from "./texts.js";
import { sentence } from "./words.js";

let openPerson = () => {};

privatePage(async (me) => {
  let wishes = Object.fromEntries(new URLSearchParams(location.search));
  let first;
  try {
    first = await askForUsers(wishes).catch((error) => {
      if (error.code !== "validation_failed") throw error;
      return askForUsers((wishes = {})); // an address that somebody wrote by hand, or of an older release
    });
  } catch (error) {
    if (error.code === "permission_required") return clone("not-for-you", { role: me.role });
    throw error;
  }
  const content = clone("admin");
  const loaded = await Promise.all(sections.map(({ load }) => load?.(me)));
  for (const { default: show } of sections) show?.(content, Object.assign({}, me, ...loaded));
  const list = showUsers(content, wishes, first, me, (user) => open(user, list, me));
  const search = content.getElementById("search");
  offerNewAccount(content.getElementById("create-user"), me, (user) => {
    search.requestSubmit(); // the list has them, too
    open(user, list, me);
  });
  openPerson = () => {
    const id = location.pathname.match(/[^/]*$/)[0];
    if (location.pathname === addressOf(id)) openAddressed(id, list, me);
  };
  openPerson();
  return content;
});

// Forward again, to a person who was left by the way back.
addEventListener("popstate", () => document.querySelector("dialog[open]") ?? openPerson());

/** Somebody came to the address of one person: they are shown once the page is. */
async function openAddressed(id, list, me) {
  try {
    const user = await client.call("GET", `api/users/${id}`);
    if (client.user && (await show(user, list.drawOf(id), me))) history.replaceState(null, "", LIST);
  } catch (error) {
    history.replaceState(null, "", LIST);
    notify(error.code === "not_found" ? t("This person is not here any more.") : sentence(error));
  }
}

/** Shown over the list; meanwhile the address is theirs, and the browser's way back leads to the list. */
async function open(user, list, me) {
  history.pushState({ person: user.id }, "", addressOf(user.id));
  const byThemselves = await show(user, list.drawOf(user.id), me);
  if (byThemselves && history.state?.person === user.id) history.back();
}

/** Answers whether it was closed there: not by the way back, nor because the page has ended. */
async function show(user, draw, me) {
  const shown = manage(user, me, draw);
  let wentBack = false;
  const back = () => {
    wentBack = true;
    shown.close();
  };
  addEventListener("popstate", back, { once: true });
  const byThemselves = await shown.closed;
  removeEventListener("popstate", back);
  return byThemselves && !wentBack;
}
