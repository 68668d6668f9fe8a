/** All that is held of somebody, as a file that the browser saves. */
import { client } from "../pages/client.js";
import { notify } from "../pages/dom.js";
import { onOpen } from "../pages/form.js";
import { freshly } from "../pages/fresh.js";
import { t } from "../pages/texts.js";

export default function personalData(content, me) {
  onOpen(content.getElementById("export-data"), async () => {
    const data = await freshly(me, () => client.personalData.export());
    save(data, `personal-data-${data.exported_at.slice(0, 10)}.json`);
    notify(t("Your data is downloaded."));
  });
}

function save(data, name) {
  const file = URL.createObjectURL(new Blob([`${JSON.stringify(data, null, 2)}\n`], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: file, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(file), 60_000); // the browser may ask where to save it first
}
