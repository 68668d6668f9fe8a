/** The page of a widget, in a frame: what the widget answers, or that it failed, is told to the page around it. */
const widget = document.getElementById("widget");
const { provider, script, siteKey } = widget.dataset;

// Only pages that our Content-Security-Policy names can be around this one.
const tell = (answer) => parent.postMessage({ flaskport: "challenge", answer }, "*");

addEventListener("keydown", ({ key }) => key === "Escape" && tell(null)); // the dialog around hears none of our keys

/** Called by the widget's script once it is ready. */
globalThis.showWidget = () => {
  const { turnstile, hcaptcha } = globalThis;
  const action = new URLSearchParams(location.search).get("action") ?? undefined;
  const failed = () => tell(null);
  const of = { sitekey: siteKey, action, callback: tell, "error-callback": failed };
  ({ turnstile, hcaptcha })[provider].render(widget, of);
};

const tag = document.createElement("script");
tag.addEventListener("error", () => tell(null));
tag.src = `${script}&onload=showWidget`;
document.head.append(tag);
