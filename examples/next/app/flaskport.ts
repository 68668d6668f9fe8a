import "server-only";
import { cache } from "react";
import { headers } from "next/headers";
import type { SessionState, User } from "flaskport";
import { sentence } from "./words";

const flaskport = process.env["FLASKPORT_URL"] ?? "http://localhost:8000";

/**
 * What the server needs to know of the browser: whose session it is, and from which network, for its limits. Nothing else
 * of the request is passed on, and nothing of it is believed here, least of all where it says that it was sent to.
 */
const FORWARDED = ["cookie", "x-forwarded-for", "x-forwarded-proto"];

/** Ask Flaskport as whoever asks for this page. Never from a cache: the answer is this person's. */
async function ask(path: string): Promise<Response> {
  const received = await headers();
  const sent = new Headers({ Accept: "application/json" });
  for (const name of FORWARDED) {
    const value = received.get(name);
    if (value) sent.set(name, value);
  }
  const signal = AbortSignal.timeout(10_000);
  const answer = await fetch(new URL(path, flaskport), { headers: sent, cache: "no-store", redirect: "manual", signal });
  if (answer.status >= 500) throw new Error(`Flaskport answers ${answer.status} to ${path}`); // error.tsx tells people
  return answer;
}

/** What is there for this person; or why there is nothing, in words. */
export async function read<T>(path: string): Promise<{ found: T } | { refusal: string }> {
  const answer = await ask(path);
  const body = await answer.json();
  return answer.ok ? { found: body } : { refusal: sentence(body) };
}

/**
 * Who asks for this page; null for nobody. Undefined where there may be a session whose access token has expired: only the
 * browser can have another token, see session.tsx. Looked up once for a page, however many components want to know.
 */
export const whoAsks = cache(async (): Promise<User | null | undefined> => {
  const answer = await ask("/auth/session");
  if (!answer.ok) throw new Error(`Flaskport answers ${answer.status}, and not who asks`); // its limits, or TRUSTED_HOSTS
  const { user }: SessionState = await answer.json();
  return answer.headers.get("X-Auth-State") === "expired" ? undefined : user;
});
