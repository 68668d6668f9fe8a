/** The mark of a provider: its drawing, or the first letter of its name. */
import { clone, setIcon } from "../pages/dom.js";

export function mark(name, label) {
  const marks = JSON.parse(document.getElementById("provider-mark").dataset.marks);
  const known = marks[name.split("-")[0]];
  const copy = clone("provider-mark", { letter: known ? null : [...label][0], drawing: Boolean(known) });
  if (known) setIcon(copy.querySelector("svg"), known);
  return copy;
}
