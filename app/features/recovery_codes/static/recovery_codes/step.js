/** On /second-factor: a recovery code in the place of what was lost. */
import { client } from "../pages/client.js";
import { onSubmit } from "../pages/form.js";

export const method = "recovery_code";
/** Used once, and few: the next sign-in asks for what people have every day. */
export const isSpare = true;

export default function step(content, finish) {
  const take = ({ code }) => finish((token) => client.finish({ token }, "auth/recovery-codes/step", { code }));
  onSubmit(content.querySelector("form"), take, { refusals: { wrong_second_factor: { field: "code" } } });
}
