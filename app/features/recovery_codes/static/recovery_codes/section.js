/** Recovery codes on /account: how many are left, and a new set, which is shown once. */
import { client } from "../pages/client.js";
import { confirmed, openDialog } from "../pages/dialogs.js";
import { focusOn } from "../pages/dom.js";
import { onOpen, onPress } from "../pages/form.js";
import { freshly, onFactors } from "../pages/fresh.js";
import { n, t } from "../pages/texts.js";
import { onDay } from "../pages/time.js";

const FEW = 3;

/** Its element: who has to set up a second factor first is shown the codes then. */
export const enrols = "recovery-codes";

export const load = async () => ({ recoveryCodes: await client.recoveryCodes.state() });

export default function recoveryCodes(content, me) {
  const section = content.getElementById("recovery-codes");
  const none = content.getElementById("no-recovery-codes");
  const left = content.getElementById("recovery-codes-left");
  const draw = ({ count, available }) => {
    section.hidden = !available;
    none.hidden = count > 0;
    left.hidden = count === 0;
    const said = [n("%(count)s code is left.", "%(count)s codes are left.", count)];
    if (count <= FEW) said.push(t("Make new ones before they run out."));
    left.textContent = said.join(" ");
  };
  const renew = async () => {
    const codes = await freshly(me, () => client.recoveryCodes.renew());
    me.recoveryCodes = { count: codes.length, available: true };
    draw(me.recoveryCodes);
    await showOnce(codes, me);
  };

  draw(me.recoveryCodes);
  onOpen(content.getElementById("new-recovery-codes"), async () => {
    const question = {
      title: t("Make new recovery codes?"),
      text: t("Those that you have now stop working."),
      action: t("Make new ones"),
      danger: false,
    };
    if (me.recoveryCodes.count) await confirmed(question, async () => {});
    await renew();
  });
  onFactors(async () => {
    me.recoveryCodes = await client.recoveryCodes.state();
    draw(me.recoveryCodes);
    if (me.recoveryCodes.available && !me.recoveryCodes.count) await renew();
  });
}

/** The one moment in which they can be read. Only the button closes it: Escape would lose them. */
function showOnce(codes, { email }) {
  return openDialog("shown-recovery-codes", { email, day: onDay(new Date().toISOString()) }, (dialog, close) => {
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.preventDefault());
    dialog.querySelector("ol").append(...codes.map(itemOf));
    const text = `${codes.join("\n")}\n`;
    const file = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    const link = dialog.querySelector("#download-recovery-codes");
    Object.assign(link, { href: file, download: "recovery-codes.txt" });
    const said = dialog.querySelector("#recovery-codes-said");
    onPress(dialog.querySelector("#copy-recovery-codes"), async () => {
      const done = await (navigator.clipboard?.writeText(text).then(() => true, () => false) ?? false);
      said.textContent = done ? t("Copied.") : t("Your browser does not allow that. Select the codes, and copy them.");
    });
    onPress(dialog.querySelector("#print-recovery-codes"), async () => window.print());
    dialog.querySelector("#recovery-codes-stored").addEventListener("click", () => {
      URL.revokeObjectURL(file);
      close();
    });
    queueMicrotask(() => focusOn(dialog.querySelector("h2")));
  });
}

function itemOf(code) {
  const item = document.createElement("li");
  item.append(Object.assign(document.createElement("code"), { textContent: code }));
  return item;
}
