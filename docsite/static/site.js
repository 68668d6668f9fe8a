// The list of versions, a button to copy at each block of code, and what furo leaves out for keyboards and screen readers.
// Without this file the pages say the same.

const root = new URL(document.documentElement.dataset.content_root, location.href);
const versions = document.getElementById("versions");

/** Fills the list, where the site is served: a file opened from a disk may not read another. */
async function offer() {
  const answer = await fetch(new URL("../versions.json", root));
  if (!answer.ok) return;
  const found = await answer.json();
  const here = versions.dataset.version;
  versions.replaceChildren(
    ...found.versions.map((version) => new Option(version, version, false, version === here)),
  );
  versions.disabled = found.versions.length < 2;
}

/** The same page of another version, or, where it has none, its first one. */
async function go(version) {
  const other = new URL(`../${version}/`, root);
  const page = new URL(`${versions.dataset.page}.html`, other);
  const answer = await fetch(page, { method: "HEAD" });
  location.assign(answer.ok ? page : new URL("index.html", other));
}

if (versions && location.protocol !== "file:") {
  versions.addEventListener("change", () => go(versions.value));
  offer();
}

for (const block of document.querySelectorAll("article .highlight")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.querySelector("pre").textContent.replaceAll(/^\$ /gm, ""));
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  block.append(button);
}

document.querySelector(".sidebar-drawer")?.setAttribute("aria-label", "All pages");
document.querySelector(".toc-drawer")?.setAttribute("aria-label", "This page");
for (const wide of document.querySelectorAll("article pre, article .table-wrapper")) {
  if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0; // so that arrow keys move it
}

// Sphinx marks what was searched for, some milliseconds after the page is there, and leaves readers to find the mark.
if (!location.hash && document.referrer.startsWith(new URL("search.html", root).href)) {
  const show = () =>
    document.querySelector("article .highlighted")?.scrollIntoView({ block: "center", behavior: "instant" });
  addEventListener("load", () => setTimeout(show, 50));
}
