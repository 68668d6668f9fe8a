/** Refusals in the words of people. One that declares none comes with a message of the server, which is for people. */
import { t, told } from "./texts.js";
import { momentText } from "./time.js";
import { MESSAGES, SENTENCES, SIGNED_OUT } from "./sentences.js";

const UNREACHABLE = t("The server cannot be reached. Check your connection and try again.");
const OF_THE_CLIENT = {
  network_error: UNREACHABLE,
  unexpected_answer: t("We got an answer that we did not understand. Try again in a while."),
};
/** Where the facts of the case are a part of the sentence. */
const OF_FACTS = {
  account_banned: ({ reason, until }) =>
    until
      ? t("This account is banned until %(until)s. Reason: %(reason)s", { until: momentText(until), reason })
      : t("This account is banned. Reason: %(reason)s", { reason }),
  assurance_required: ({ methods }) => (methods.length ? undefined : said("second_factor_required")), // there is none to show
};
/** An error whose message is for people. */
export class Told extends Error {}

/** What to tell somebody about an error of the client. */
export function sentence(error) {
  if (error instanceof Told) return error.message;
  if (error?.name === "FlaskportError") return own(OF_FACTS, error.code)?.(error.facts) ?? said(error.code) ?? told(error.message);
  if (error instanceof TypeError) return UNREACHABLE; // what fetch throws
  return t(SENTENCES.internal_error);
}

/** What `?error=` says when a provider signed nobody in (docs/providers.md), or when a session has ended. */
export function providerSentence(code) {
  return said(code) ?? translated(MESSAGES, code) ?? t("The sign-in did not work. Please try again, or sign in another way.");
}

export const isSignedOut = (error) => error?.name === "FlaskportError" && SIGNED_OUT.includes(error.code);

const said = (code) => translated(SENTENCES, code) ?? own(OF_THE_CLIENT, code);
const translated = (them, code) => (Object.hasOwn(them, code) ? t(them[code]) : undefined);

/** Own ones only: what stands in an address may also be the name of something that every object has. */
function own(them, code) {
  return Object.hasOwn(them, code) ? them[code] : undefined;
}
