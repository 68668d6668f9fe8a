/** On /second-factor: whether this browser is trusted from now on. Answers what to do once the factor is shown. */
import { client } from "../pages/client.js";

export default function wish(content) {
  const box = content.querySelector("#trust-this-browser");
  return async () => {
    if (box.checked) await client.trustedDevices.trust();
  };
}
