/** /sign-in */
import { noticeSignedIn, signingIn } from "./already.js";
import { alertIn, onSubmit } from "./form.js";
import { signIn, warnOfHttp } from "./kept.js";
import { carry, goOn, next } from "./next.js";
import { revealPasswords } from "./passwords.js";
import { sections } from "./slots/sign-in.js";
import { providerSentence } from "./words.js";

const form = document.getElementById("sign-in");
const refusal = new URLSearchParams(location.search).get("error");

carry();
revealPasswords(form);
if (refusal) alertIn(form, providerSentence(refusal));
warnOfHttp(form);

onSubmit(
  form,
  ({ email, password, remember }) =>
    signingIn(async () => {
      await signIn({ email, password, remember: remember !== undefined }, next());
      return goOn();
    }),
  { focus: "password" },
);
for (const { default: start } of sections) start({ remember: () => form.elements.remember.checked });
noticeSignedIn();
