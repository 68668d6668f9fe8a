/** A meter below a field for a new password: a word, what is wrong, and a bar for those who see. The server judges. */
import { client } from "../pages/client.js";
import { t, told } from "../pages/texts.js";

const WORDS = [
  t("Very weak password."),
  t("Weak password."),
  t("Fair password."),
  t("Good password."),
  t("Strong password."),
];
const PAUSE_MS = 400; // so long after the last key it is said: not at each, also by those who read aloud

export default function meter(field, owner) {
  const strength = field.closest(".new-password").querySelector(".strength");
  const [bar, word, why] = ["bar", "word", "why"].map((part) => strength.querySelector(`.strength-${part}`));
  let asked = 0; // the answer to an older question is none to this one
  let timer;

  function show(answer) {
    const { score, word: said = "", reasons = [] } = answer ?? {};
    const sentences = reasons.map(({ message }) => told(message)).join(" ");
    if (answer) bar.dataset.score = score;
    else delete bar.dataset.score;
    word.textContent = said && WORDS[score];
    why.textContent = sentences;
    field.setCustomValidity(sentences);
  }

  async function ask() {
    const mine = ++asked;
    const { email, name } = owner();
    const question = { password: field.value, email: email ?? "", name: name || null };
    // Without an answer there is no meter: whoever sends the form is told then.
    const answer = await client.passwords.strength(question).catch(() => null);
    if (mine === asked) show(answer);
  }

  // Of the whole form: what makes a password bad may be typed after it, as the name.
  field.form.addEventListener("input", ({ target }) => {
    clearTimeout(timer);
    if (target === field) field.setCustomValidity(""); // what was said is of another password
    if (field.value) timer = setTimeout(ask, PAUSE_MS);
    else forget();
  });
  field.form.addEventListener("reset", forget);

  function forget() {
    clearTimeout(timer);
    asked += 1;
    show(null);
  }
}
