/** /sign-in */
import { noticeSignedIn, signingIn } from "./already.js";
import { alertIn, onSubmit } from "./form.js";
import { signIn, warnOfHttp } from "./kept.js";
import { carry, goOn, next } from "./next.js";
import { revealPasswords } from "./passwords.js";
import { sections } from "./slots/sign-in.js";
import { providerSentence } from "./words.js";

const ways = document.querySelector(".ways");
const form = document.getElementById("sign-in"); // not there, where nobody signs in with a password
const refusal = new URLSearchParams(location.search).get("error");

carry();
if (refusal) alertIn(ways, providerSentence(refusal));
warnOfHttp(ways);

if (form) {
  revealPasswords(form);
  onSubmit(
    form,
    ({ email, password, remember }) =>
      signingIn(async () => {
        await signIn({ email, password, remember: remember !== undefined }, next());
        for (const { afterPassword } of sections) await afterPassword?.();
        return goOn();
      }),
    { focus: "password" },
  );
}
for (const { default: start } of sections) start({ remember: () => document.getElementById("remember").checked });
noticeSignedIn();
