// In which order the search shows what it found. Sphinx alone counts a word in each page alike, and then goes by the
// alphabet: who looked for "csrf" got a decision first, and for PUBLIC_URL the changelog, but not the settings.

/** How a question that is a name looks: PUBLIC_URL, origin_not_allowed, /auth/login. */
const NAME = /^(?:\/\S+|\w+_\w+)$/;
const REFERENCE = /^(?:settings$|reference\/)/;
const SETTING = /^[A-Z]+_[A-Z_]+$/;
/** Why it is so, how it came to be, and how fast it is: good to know once the rest is known. */
const BACKGROUND = /^(?:decisions\/|benchmarks|releases$|project\/)/;
/** What stands there in short, a page of its own tells. */
const SHORT = /^(?:features|examples|folders)\//;

var Scorer = {
  score([page, title, , , score]) {
    const asked = new URLSearchParams(location.search).get("q")?.trim() ?? "";
    if (SETTING.test(asked) && page === "settings") return score + 20;
    if (NAME.test(asked) && REFERENCE.test(page)) return score + 10;
    if (BACKGROUND.test(page)) return score - 20;
    if (SHORT.test(page)) return score - 1;
    return asked && title.toLowerCase().startsWith(asked.toLowerCase()) ? score + 10 : score;
  },
  // The rest is what Sphinx has by itself.
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
