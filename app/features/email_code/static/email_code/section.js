/** Codes by mail on /account: turned on by a first one, and off. */
import { client } from "../pages/client.js";
import { confirmed, openDialog } from "../pages/dialogs.js";
import { focusOn, notify } from "../pages/dom.js";
import { onOpen, onSubmit } from "../pages/form.js";
import { factorsChanged, freshly, onFactors } from "../pages/fresh.js";
import { mailsCode, refusals } from "../pages/mailed.js";
import { t } from "../pages/texts.js";
import { onDay } from "../pages/time.js";

export const load = async () => ({ emailCode: await client.emailCode.state() });

export default function emailCode(content, me) {
  const part = (id) => content.getElementById(id);
  const [title, off, row, since, rests, turnOn] = ["title", "off", "row", "since", "rests", "on"].map((id) => part(`email-code-${id}`));
  const draw = ({ since: from, offered }) => {
    off.hidden = Boolean(from);
    turnOn.parentElement.hidden = Boolean(from);
    row.hidden = !from;
    rests.hidden = !from || offered;
    if (from) since.replaceChildren(onDay(from));
  };
  const look = async () => draw(await client.emailCode.state());

  draw(me.emailCode);
  onOpen(turnOn, async () => {
    await freshly(me, () => client.emailCode.begin());
    if (!(await askForFirstCode(me))) return;
    await look();
    focusOn(title);
    notify(t("Signing in asks for a code from your mails from now on."));
    await factorsChanged();
  });
  onOpen(part("email-code-remove"), async () => {
    const question = {
      title: t("Turn codes by e-mail off?"),
      text: t("Signing in does not ask for them any more."),
      action: t("Turn them off"),
    };
    await confirmed(question, () => freshly(me, () => client.emailCode.remove()));
    await look();
    focusOn(title);
    notify(t("Codes by e-mail are off."));
    await factorsChanged();
  });
  onFactors(look);
}

const askForFirstCode = (me) =>
  openDialog("email-code-setup", { email: me.email }, (dialog, close) => {
    const form = dialog.querySelector("form");
    const confirm = async ({ code }) => {
      await client.emailCode.confirm(code);
      close(true);
    };
    onSubmit(form, confirm, { refusals });
    mailsCode(form, () => client.emailCode.begin(), { asked: true });
  });
