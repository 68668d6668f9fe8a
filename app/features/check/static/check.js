/**
 * Walks through everything that has to agree between a front end and its Flaskport, on the front end's own origin, and
 * names the setting to change where it does not. Put it into a page there:
 *
 *     <script src="http://localhost:8000/static/check.js"></script>
 *
 * It is a plain script: a module would not even load where CORS is what is wrong.
 */
{
  const server = new URL("..", document.currentScript.src);
  const url = (path) => new URL(path, server).href;
  const here = location.origin;
  const CSRF_COOKIE = /(?:^|; )check_csrf_probe=([^;]*)/;
  const JWT = /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/;
  const MAX_SKEW_SECONDS = 10;
  const LIST_IT = `Add ${here} to CORS_ORIGINS. Keep what stands there: commas separate the origins.`;

  /** Each step answers null for "good", or what to do. The rest has to wait for one that is `needed`. */
  const steps = [
    ["This address and the server's name the same machine in the same words", async () => {
      const locals = ["localhost", "127.0.0.1", "[::1]"];
      const differ = locals.includes(location.hostname) && locals.includes(server.hostname) && location.hostname !== server.hostname;
      return differ ? `Open your front end as ${server.hostname}: to a browser ${location.hostname} is another site.` : null;
    }],
    ["CORS lets this origin in", async () => {
      const answer = await fetch(url("healthz"), { credentials: "include" }).catch(() => null);
      return answer?.ok ? null : LIST_IT;
    }, "needed"],
    ["The server takes changes from this origin", async () => {
      const answer = await fetch(url("auth/check/probe"), { method: "POST", credentials: "include" }).catch(() => null);
      if (answer?.status === 401) return "In production this check is for admins: sign in as one first.";
      if (!answer?.ok) return LIST_IT;
      probe = await answer.json();
      return null;
    }, "needed"],
    ["The browser keeps the cookies, and sends them back", async () => {
      const answer = await fetch(url("auth/check/seen"), { credentials: "include" }).catch(() => null);
      seen = answer?.ok ? await answer.json() : null;
      if (seen?.access) return null;
      if (probe?.cookie_mode === "same-site") {
        return `To the browser ${location.hostname} and ${server.hostname} are different sites. Put both under one domain, or set COOKIE_MODE=cross-site.`;
      }
      return server.protocol === "https:"
        ? "The browser blocks cookies of other sites altogether. Put the front end and the server under one domain."
        : "COOKIE_MODE=cross-site needs https: serve the server over https, and set PUBLIC_URL to that address.";
    }, "needed"],
    ["The refresh cookie reaches /auth", async () =>
      seen?.refresh ? null : `The path ${new URL("auth", server).pathname} is /auth to the server. ` +
        "Let your proxy pass it on unchanged, or set PUBLIC_PATH to what the proxy takes away."],
    ["The CSRF value can be had, and is accepted", async () => {
      const value = document.cookie.match(CSRF_COOKIE)?.[1] ?? seen?.csrf;
      const answer = await fetch(url("auth/check/csrf"), {
        method: "POST",
        credentials: "include",
        headers: { "X-CSRF-TOKEN": value },
      }).catch(() => null);
      return answer?.ok && (await answer.json()).accepted
        ? null
        : "The header X-CSRF-TOKEN does not arrive. Let your proxy pass it on; with a CORS proxy, allow the header.";
    }],
    ["The clocks agree", async () => {
      const skew = Math.round((Date.now() - Date.parse(seen.now)) / 1000);
      return Math.abs(skew) <= MAX_SKEW_SECONDS
        ? null
        : `This machine's clock is ${Math.abs(skew)} seconds ${skew > 0 ? "ahead of" : "behind"} the server's. Set one of them right.`;
    }],
    ["No token is in localStorage", async () => {
      const found = Object.keys(localStorage).filter((key) => JWT.test(localStorage.getItem(key)));
      return found.length ? `Remove ${found.join(", ")}: any script of this page can read it. The cookies are enough.` : null;
    }],
  ];

  let probe = null;
  let seen = null;

  function line(mark, text, advice) {
    const item = document.createElement("li");
    item.append(`${mark} ${text}`);
    if (advice) {
      const paragraph = document.createElement("p");
      const strong = document.createElement("strong");
      strong.textContent = advice;
      paragraph.append(strong);
      item.append(paragraph);
    }
    return item;
  }

  async function run() {
    const list = document.createElement("ol");
    list.id = "flaskport-check";
    (document.querySelector("main") ?? document.body).append(list);
    let failed = 0;
    for (const [text, check, needed] of steps) {
      const advice = await check();
      failed += advice === null ? 0 : 1;
      list.append(line(advice === null ? "✓" : "✗", text, advice));
      if (advice !== null && needed) break;
    }
    const result = document.createElement("p");
    result.id = "flaskport-check-result";
    result.textContent = failed ? "Mend this, and open the page again." : "Everything agrees.";
    list.after(result);
  }

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", run);
  else run();
}
