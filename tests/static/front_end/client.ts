/** What both front ends have in common: a client at the top of a module, and what tests look at. */
import { createClient, type Client, type FlaskportError, type User } from "flaskport";

declare global {
  var api: string | undefined;
  var found: User | null | undefined;
  var client: Client;
  var listening: number;
}

export const client = createClient({ baseUrl: globalThis.api ?? "/" });

globalThis.client = client;
globalThis.listening = 0;
const { onChange } = client;
client.onChange = (listener) => {
  globalThis.listening += 1;
  const stop = onChange(listener);
  return () => {
    globalThis.listening -= 1;
    stop();
  };
};

export function saying(now: { user: User | null; loading: boolean; error: FlaskportError | null }): string {
  if (now.loading) return "loading";
  if (now.error) return [now.error.code, now.user?.email].join(" ").trim();
  return now.user ? now.user.email : "nobody";
}
