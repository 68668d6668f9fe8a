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
  const [opens, sessions, apiKeys, providers] = await Promise.all([
    client.identities.list(),
    client.devices.list(),
    client.keys.list(),
    client.providers(),
  ]);
  const me = { ...user, hasPassword: opens.has_password, identities: opens.items, providers };
  const content = clone("account");
  profile(content, me);
  password(content, me);
  devices(content, sessions);
  connections(content, me);
  keys(content, me, apiKeys);
  closing(content, me);
  return content;
});
