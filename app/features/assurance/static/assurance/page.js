/** /second-factor: the step of a sign-in. The method used last is shown, or the first; the others are a press away. */
import { focusOn, scriptRuns } from "../pages/dom.js";
import { alertIn, onPress } from "../pages/form.js";
import { enter } from "../pages/kept.js";
import { carry, goOn, next } from "../pages/next.js";
import { sections } from "../pages/slots/second-factor.js";
import { sections as wishes } from "../pages/slots/second-factor-wishes.js";
import { t } from "../pages/texts.js";
import { lastMethod, rememberMethod } from "./last.js";

const query = new URLSearchParams(location.search);
const token = query.get("token");
const wanted = (query.get("methods") ?? "").split(" ");
const ways = wanted.map((name) => sections.find(({ method }) => method === name)).filter(Boolean);
const place = document.getElementById("method");
const others = document.getElementById("other-methods");
const templateOf = (way) => document.querySelector(`template[data-section="second-factor"][data-method="${way.method}"]`);

/** What else somebody wishes for, who is signed in then: that it cannot be had now is no reason to keep them here. */
let granted = [];

/** `take(token)` shows the factor to the server; the person is signed in then, or sent to the next step. */
const finishWith = (way) => async (take) => {
  const shown = async () => {
    const result = await take(token);
    if (!way.isSpare) rememberMethod(way.method);
    return result;
  };
  await enter(shown, next());
  await Promise.allSettled(granted.map((grant) => grant()));
  await goOn();
};

function offerWishes() {
  const offered = document.getElementById("wishes");
  const templates = [...document.querySelectorAll('template[data-section="second-factor-wishes"]')];
  const contents = templates.map(({ content }) => content.cloneNode(true));
  granted = wishes.map(({ default: offer }, index) => offer(contents[index]));
  offered.append(...contents);
  offered.hidden = contents.length === 0;
}

function show(way, { focus = true } = {}) {
  const content = templateOf(way).content.cloneNode(true);
  way.default(content, finishWith(way), token);
  place.replaceChildren(content);
  const rest = ways.filter((other) => other !== way);
  others.hidden = rest.length === 0;
  others.querySelector(".buttons").replaceChildren(...rest.map(buttonFor));
  if (focus) focusOn(place.querySelector("input, button") ?? document.getElementById("title"));
}

function buttonFor(way) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button full";
  button.textContent = templateOf(way).dataset.label;
  onPress(button, async () => show(way));
  return button;
}

carry();
scriptRuns();
if (token && ways.length) {
  offerWishes();
  show(ways.find(({ method }) => method === lastMethod()) ?? ways[0]);
} else alertIn(place, t("This page has lost the sign-in that it belongs to. Sign in again."));
