/**
 * Texts in the page's language. They stand in scripts in English: `t("Hello %(name)s", { name })`, and where a number
 * decides `n("%(count)s key", "%(count)s keys", count)`. The page's other languages are modules of their own, which run
 * before its script and tell theirs (`learn`); what is not told stays English.
 */

/** The language of the page, and as the reader writes dates and numbers in it: en-GB, where they said so. */
export const language = document.documentElement.lang || "en";
const ours = (tag) => tag.split("-")[0] === language.split("-")[0];
// One kind of digits on a page: those that the server writes, and that codes consist of.
export const locale = localeOf(navigator.languages.find(ours) ?? language);
const plain = new Intl.NumberFormat(locale);
const lists = new Intl.ListFormat(locale, { type: "unit", style: "short" });

/** A page of somebody else's, which uses our client, may say it as no browser does. */
function localeOf(tag) {
  try {
    return new Intl.Locale(tag, { numberingSystem: "latn" });
  } catch {
    return new Intl.Locale("en");
  }
}

let texts = {};
let formOf = (count) => Number(count !== 1);
let answers = [];

/** Texts by what they are in English, which plural form a number has, and what answers say that has facts in it. */
export function learn(them, plural, ofAnswers) {
  texts = them;
  formOf = plural;
  answers = ofAnswers.map((text) => [patternOf(text), text]);
}

export function t(text, facts) {
  const found = Object.hasOwn(texts, text) ? texts[text] : text;
  return fill(found, facts);
}

export function n(one, many, count, facts) {
  const known = Object.hasOwn(texts, one) ? texts[one] : [one, many];
  return fill(known[Math.min(formOf(count), known.length - 1)], { count: number(count), ...facts });
}

/** What an answer of the API says in English. */
export function told(text) {
  for (const [pattern, known] of Object.hasOwn(texts, text) ? [] : answers) {
    const found = pattern.exec(text);
    if (found) return t(known, found.groups);
  }
  return t(text);
}

export const number = (value) => plain.format(value);
export const listed = (words) => lists.format(words);

function fill(text, facts) {
  return facts ? text.replace(/%\((\w+)\)[sd]/g, (whole, name) => (name in facts ? String(facts[name]) : whole)) : text;
}

function patternOf(text) {
  const parts = text.split(/(%\(\w+\)[sd])/);
  const sources = parts.map((part) => {
    const name = part.match(/^%\((\w+)\)/)?.[1];
    return name ? `(?<${name}>.+)` : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${sources.join("")}$`);
}
