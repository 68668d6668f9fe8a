/** Rows of what happened, a page at a time. */
import { clone, setIcon } from "../pages/dom.js";
import { onPress } from "../pages/form.js";
import { t } from "../pages/texts.js";
import { ago } from "../pages/time.js";
import { sentence, whoever } from "./sentences.js";

const SYSTEMS_OF_PHONES = /(iPhone|iPad|Android)$/;
const OF_SYSTEM = / on ([\w ]+)$/;

/** `name`: of whoever did it, if it was somebody else. */
export function activityRow(item, name) {
  const from = [item.client && clientName(item.client), item.address, whoever(item.by, name)].filter(Boolean);
  const row = clone("activity", {
    what: sentence(item),
    refused: !item.accepted,
    at: ago(item.at),
    from: from.length > 0 && `· ${from.join(" · ")}`,
  }).firstElementChild;
  setIcon(row.querySelector("svg"), iconOf(item));
  return row;
}

function iconOf({ client, by }) {
  if (!client || by === "operator") return "terminal";
  if (SYSTEMS_OF_PHONES.test(client)) return "phone";
  return OF_SYSTEM.test(client) ? "computer" : "terminal";
}

/** "Firefox on Windows", in the language of the page. */
function clientName(client) {
  const [, system] = OF_SYSTEM.exec(client) ?? [];
  return system ? t("%(browser)s on %(system)s", { browser: client.replace(OF_SYSTEM, ""), system }) : client;
}

/**
 * The first page, and with `more` the next ones. `read(cursor)` answers a page, `draw(items)` adds rows.
 * Answers once the first is shown.
 */
export async function pages(more, read, draw, first = null) {
  let cursor = null;
  const show = async (page) => {
    cursor = page.next_cursor;
    more.hidden = !cursor;
    await draw(page.items);
  };
  onPress(more, async () => show(await read(cursor)));
  await show(first ?? (await read(null)));
}

