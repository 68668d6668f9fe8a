/** The mails that somebody can do without: each with a box to tick. */
import { client } from "../pages/client.js";
import { clone, notify } from "../pages/dom.js";
import { t } from "../pages/texts.js";
import { sentence } from "../pages/words.js";

export const load = async () => ({ wishes: await client.notices.list() });

export default function notices(content, me) {
  const section = content.getElementById("notices");
  content.getElementById("no-wishes").hidden = me.wishes.length > 0;
  content.getElementById("wishes").append(...me.wishes.map((wish) => boxOf(wish, section)));
}

function boxOf({ kind, about, wanted }, section) {
  const copy = clone("wish", { about: t(about) });
  const box = copy.querySelector("input");
  box.checked = wanted;
  box.addEventListener("change", async () => {
    const alert = section.querySelector(".alert");
    alert.replaceChildren();
    try {
      await client.notices.change(kind, box.checked);
      notify(box.checked ? t("We mail you these again.") : t("We mail you none of these any more."));
    } catch (error) {
      box.checked = !box.checked;
      alert.textContent = sentence(error);
    }
  });
  return copy;
}
