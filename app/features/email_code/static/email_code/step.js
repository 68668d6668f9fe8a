/** On /second-factor: a code that is mailed when this is shown. */
import { client } from "../pages/client.js";
import { onSubmit } from "../pages/form.js";
import { mailsCode, refusals } from "../pages/mailed.js";

export const method = "email_code";

export default function step(content, finish, token) {
  const form = content.querySelector("form");
  const take = ({ code }) => finish((it) => client.finish({ token: it }, "auth/email-code/step", { code }));
  onSubmit(form, take, { refusals });
  mailsCode(form, (again) => client.emailCode.mailForStep({ token }, { again }));
}
