/** Shows the list anew when there is a newer mail, and does not ask while nobody looks. */
const EVERY_MS = 3000;

async function look() {
  if (document.hidden) return;
  const answer = await fetch(`${location.pathname}/latest`).catch(() => null); // the server restarts
  const { latest } = answer?.ok ? await answer.json() : {};
  if (latest && latest !== document.body.dataset.latest) location.reload();
}

setInterval(look, EVERY_MS);
document.addEventListener("visibilitychange", look);
