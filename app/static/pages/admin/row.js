/** A row of the list of users. */
import { clone } from "../dom.js";
import { onOpen } from "../form.js";
import { may } from "../private.js";
import { listed, t } from "../texts.js";
import { ago, onDay } from "../time.js";

/** What people call these second factors. The page says it, in its language. */
function factorNames(methods) {
  const kinds = JSON.parse(document.getElementById("user").dataset.factors);
  return listed(methods.map((method) => kinds[method] ?? method));
}

/** Answers `{ row, draw(user) }`. `onOpenPerson(user)` opens the person; a link, so that they have an address. */
export function userRow(user, address, me, onOpenPerson) {
  const verb = may(me.role, "users:write") ? t("Manage") : t("Show");
  const row = clone("user", { verb, which: user.email }).firstElementChild;
  const link = row.querySelector("a");
  link.href = address;

  function draw(now) {
    user = now;
    const slot = (name) => row.querySelector(`[data-slot="${name}"]`);
    slot("name").textContent = now.name ?? now.email;
    slot("email").textContent = now.name ? now.email : "";
    slot("role").textContent = now.role;
    showStatus(slot("status"), now);
    if (slot("factors") && now.factors) showFactors(slot, now);
    slot("seen").replaceChildren(now.last_sign_in_at ? ago(now.last_sign_in_at) : t("never"));
    slot("since").replaceChildren(onDay(now.created_at));
  }

  draw(user);
  onOpen(link, () => onOpenPerson(user));
  return { row, draw };
}

/** Only the list says them: what answers a change of somebody leaves them as they are. */
function showFactors(slot, { factors, factor_missing: isMissing }) {
  slot("factors").textContent = factors.length || isMissing ? factorNames(factors) : t("None");
  slot("factor-missing").hidden = !isMissing;
}

const WORDS = { active: t("Active"), disabled: t("Disabled"), banned: t("Banned") };

/** Of whoever has deleted their account: until when it can still be kept. */
export function showStatus(badge, { status, erase_at: eraseAt }) {
  const isClosing = status === "active" && eraseAt;
  badge.replaceChildren(...(isClosing ? [t("To be deleted"), " ", onDay(eraseAt)] : [WORDS[status]]));
  badge.className = `badge ${status === "active" && !isClosing ? "good" : "bad"}`;
}
