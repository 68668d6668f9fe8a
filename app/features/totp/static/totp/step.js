/** On /second-factor: the code of an authenticator app. */
import { client } from "../pages/client.js";
import { onSubmit } from "../pages/form.js";

export const method = "totp";

export default function step(content, finish) {
  const take = ({ code }) => finish((token) => client.finish({ token }, "auth/totp/step", { code }));
  onSubmit(content.querySelector("form"), take, { refusals: { wrong_second_factor: { field: "code" } } });
}
