/** A ban: why and until when, for all who see the person; set and lifted by those who may. */
import { client } from "../client.js";
import { openDialog } from "../dialogs.js";
import { focusOn } from "../dom.js";
import { onOpen, onPress, onSubmit } from "../form.js";
import { freshly } from "../fresh.js";
import { t } from "../texts.js";
import { ago, moment } from "../time.js";

const DAY_MS = 86_400_000;

export default function ban(dialog, person) {
  const section = dialog.querySelector("#person-ban");
  const set = dialog.querySelector("#person-set-ban");
  const lift = dialog.querySelector("#person-unban");
  person.onChange(({ ban: current, status }) => draw(section, current, mayBan(person, status)));
  if (!set) return; // who may only look
  onOpen(set, () => askForBan(person));
  onPress(lift, async () => {
    const { reason, until } = person.user.ban;
    const back = () => client.call("PUT", `${person.path}/ban`, { reason, until });
    await person.update(() => client.call("DELETE", `${person.path}/ban`), t("%(name)s is banned no more.", person), back);
    focusOn(dialog.querySelector("#person-ban-title"));
  });
}

/** Nobody needs to ban themselves, nor who is disabled already: that has no end. */
const mayBan = ({ isMe, mayWrite }, status) => mayWrite && !isMe && status !== "disabled";

function draw(section, current, mayWrite) {
  const facts = section.querySelector("#person-banned");
  const set = section.querySelector("#person-set-ban");
  section.hidden = !current && !mayWrite;
  facts.hidden = !current;
  section.querySelector("#person-not-banned").hidden = Boolean(current);
  if (current) {
    const fact = (name, what) => facts.querySelector(`[data-fact="${name}"]`).replaceChildren(what);
    fact("until", current.until ? moment(current.until) : t("for good"));
    fact("since", ago(current.since));
    fact("reason", current.reason);
  }
  if (!set) return;
  set.hidden = !mayWrite;
  set.firstElementChild.textContent = current ? t("Change ban") : t("Ban");
  section.querySelector("#person-unban").hidden = !current;
}

function askForBan(person) {
  return openDialog("ban", { name: person.name }, (dialog, close) => {
    const form = dialog.querySelector("form");
    const { reason, lasts, until } = form.elements;
    reason.value = person.user.ban?.reason ?? "";
    lasts.addEventListener("change", () => {
      until.disabled = lasts.value !== "until";
      dialog.querySelector("#ban-until-field").hidden = until.disabled;
    });
    until.min = localTime(new Date());
    onSubmit(form, async (fields) => {
      const wanted = { reason: fields.reason, until: endOf(fields) };
      const set = () => client.call("PUT", `${person.path}/ban`, wanted);
      const lift = () => client.call("DELETE", `${person.path}/ban`);
      await freshly(person.me, () => person.update(set, t("%(name)s is banned.", person), lift));
      await person.showDevices();
      close(true);
    });
  });
}

function endOf({ lasts, until }) {
  if (lasts === "until") return new Date(until).toISOString();
  return lasts ? new Date(Date.now() + lasts * DAY_MS).toISOString() : null;
}

/** As such a field has it: what the clock on the wall says, to the minute. */
const localTime = (date) => new Date(date - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
