/** A passkey as the second factor of a sign-in. */
import { client } from "../pages/client.js";
import { onPress } from "../pages/form.js";
import { ceremony } from "./ceremony.js";

export const method = "passkey";

export default function passkey(content, finish) {
  onPress(content.querySelector("button"), () => ceremony(() => finish((token) => client.passkeys.finish({ token }))));
}
