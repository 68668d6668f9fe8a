/** On the pages to sign in and up: says why it takes a moment. */
import { client } from "../pages/client.js";
import { announce } from "../pages/dom.js";

const place = document.getElementById("challenge");

export default function challenge() {
  client.challenges.onSolving((solving) => {
    place.hidden = !solving;
    if (solving) announce(place.textContent);
  });
}
