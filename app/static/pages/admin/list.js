/** The list of users: searched, filtered, in an order, by the hundred. */
import { base, client } from "../client.js";
import { removeRow } from "../dom.js";
import { isBusy, onPress, onSubmit } from "../form.js";
import { n, number, t } from "../texts.js";
import { userRow } from "./row.js";

export const LIST = new URL("admin", base).pathname;
export const addressOf = (id) => `${LIST}/users/${id}`;
const PAGE = 100;
const WAIT_MS = 300;
const WISHES = ["q", "role", "status", "second_factor", "signed_in", "sort"];
const SHORT_PAGES = 20; // of people wanted by their last sign-in, whom the server looks for some thousands at a time
const DAY_MS = 86_400_000;

/** `wishes` is by the names of the form's fields; those that are empty ask for nothing. */
export async function askForUsers(wishes, cursor) {
  const query = new URLSearchParams({ limit: PAGE, ...(cursor ? { cursor } : { count: true }) });
  for (const name of WISHES) if (wishes[name]?.trim()) ask(query, name, wishes[name].trim());
  const page = await client.call("GET", `api/users?${query}`);
  query.delete("count");
  for (let more = 0; page.next_cursor && page.items.length < PAGE && more < SHORT_PAGES; more += 1) {
    query.set("cursor", page.next_cursor);
    query.set("limit", PAGE - page.items.length);
    const { items, next_cursor: next } = await client.call("GET", `api/users?${query}`);
    page.items.push(...items);
    page.next_cursor = next;
  }
  return page;
}

function ask(query, name, value) {
  if (name !== "signed_in") query.set(name, value);
  else if (value === "never") query.set("last_sign_in", value);
  else query.set("last_sign_in_before", days(value));
}

/** What is no number of days, in an address that somebody wrote, the server refuses. */
const days = (value) => (/^\d{1,4}$/.test(value) ? new Date(Date.now() - value * DAY_MS).toISOString() : value);

/** Answers `{ drawOf(id) }`: what draws the row of somebody anew, if they are in the list; of null takes it out. */
export function showUsers(content, asked, first, me, onOpenPerson) {
  const form = content.getElementById("search");
  const more = content.getElementById("more");
  const onOpen = (user) => (remember(form), onOpenPerson(user));
  const table = tableOf(content, (user) => userRow(user, addressOf(user.id), me, onOpen));
  for (const field of wishesIn(form)) field.value = asked[field.name] ?? "";
  let wishes = fieldsOf(form);
  let cursor;

  function add(page, afresh) {
    table.add(page, afresh);
    cursor = page.next_cursor;
    more.hidden = !cursor;
  }

  add(first, true);
  onSubmit(form, async () => {
    remember(form);
    add(await askForUsers((wishes = fieldsOf(form))), true);
  });
  searchSoon(form);
  onPress(more, async () => {
    const askedFor = wishes;
    const page = await askForUsers(askedFor, cursor);
    if (askedFor === wishes) add(page, false); // or another search began
  });
  return table;
}

/** Not all are there where no second factor is. */
const wishesIn = (form) => WISHES.map((name) => form.elements[name]).filter(Boolean);
const fieldsOf = (form) => Object.fromEntries(wishesIn(form).map(({ name, value }) => [name, value]));

/** The list's address says what it shows; that of a person, who may be open by now, is left alone. */
function remember(form) {
  if (location.pathname !== LIST) return;
  const query = new URLSearchParams(Object.entries(fieldsOf(form)).filter(([, value]) => value.trim()));
  history.replaceState(null, "", query.size ? `${LIST}?${query}` : LIST);
}

function tableOf(content, makeRow) {
  const rows = content.getElementById("users");
  const table = rows.closest("table"); // found now: later the content is in the page
  const count = content.getElementById("count");
  const draws = new Map();
  let total = 0;
  let more = false;
  let goesOn = false;
  const show = () => {
    table.hidden = !rows.firstChild;
    count.textContent = howMany(rows.childElementCount, total, more, goesOn);
  };
  const remove = (id) => {
    if (!draws.has(id)) return;
    removeRow(draws.get(id).row);
    draws.delete(id);
    total -= 1;
    show();
  };
  return {
    add({ items, total: counted, total_or_more: orMore, next_cursor: next }, afresh) {
      if (afresh) {
        rows.replaceChildren();
        draws.clear();
      }
      for (const user of items) {
        const { row, draw } = makeRow(user);
        rows.append(row);
        draws.set(user.id, { row, draw });
      }
      if (!next) [total, more] = [rows.childElementCount, false];
      else if (counted !== null) [total, more] = [counted, orMore];
      goesOn = Boolean(next);
      show();
    },
    drawOf: (id) => (now) => (now ? draws.get(id)?.draw(now) : remove(id)),
  };
}

/** With `more`, counting has stopped at `total`. With `goesOn` the list has not ended. */
function howMany(shown, total, more, goesOn) {
  if (!shown) return goesOn ? t("Nobody so far. Look further with “Show more”.") : t("Nobody matches.");
  if (shown >= total && !more) return n("%(count)s user", "%(count)s users", shown);
  const facts = { shown: number(shown), total: number(more ? Math.max(total, shown) - 1 : total) };
  return more ? t("%(shown)s of more than %(total)s users", facts) : t("%(shown)s of %(total)s users", facts);
}

/** A moment after the last change. Who presses Enter does not wait, and the list is not exchanged again after it. */
function searchSoon(form) {
  const button = form.querySelector("button[type=submit]");
  let timer;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (isBusy(button)) soon();
      else if (form.isConnected) form.requestSubmit();
    }, WAIT_MS);
  };
  form.addEventListener("submit", () => clearTimeout(timer));
  form.addEventListener("input", soon);
}
