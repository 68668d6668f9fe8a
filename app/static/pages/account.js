/** /account: everything is asked for at once and shown at once, so that nothing moves under anybody's hands. */
import { client } from "./client.js";
import { clone } from "./dom.js";
import { privatePage } from "./private.js";
import { closing } from "./account/closing.js";
import { connections } from "./account/connections.js";
import { devices } from "./account/devices.js";
import { keys } from "./account/keys.js";
import { password } from "./account/password.js";
import { profile } from "./account/profile.js";

privatePage(async (user) => {
  const content = clone("account");
  const [opens, apiKeys, providers] = await Promise.all([
    client.identities.list(),
    client.keys.list(),
    client.providers(),
    devices(content),
  ]);
  const me = { ...user, hasPassword: opens.has_password, identities: opens.items, providers };
  profile(content, me);
  password(content, me);
  connections(content, me);
  keys(content, me, apiKeys);
  closing(content, me);
  return content;
});
