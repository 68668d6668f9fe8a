/** The links to sign in with a provider work by themselves; through the client they also keep where to go on to. */
import { client } from "../pages/client.js";
import { onPress } from "../pages/form.js";
import { next } from "../pages/next.js";

export default function keepWishes({ remember }) {
  for (const link of document.querySelectorAll("a[data-provider]")) {
    onPress(link, () => client.signInWith(link.dataset.provider, { next: next(), remember: remember() }));
  }
}
