/** Types of vue.js: docs/browser.md. */

import type { App, ComputedRef } from "vue";
import type { Client, FlaskportError, User } from "./flaskport.js";

export interface SessionNow {
  /** Who is signed in. Null for nobody, and while that is not known yet. */
  readonly user: ComputedRef<User | null>;
  /** The server has not said yet who is signed in. */
  readonly loading: ComputedRef<boolean>;
  /** Why it could not be asked. */
  readonly error: ComputedRef<FlaskportError | null>;
  /** Ask it again. */
  lookAgain(): Promise<void>;
}

/**
 * `app.use(flaskport(client))`, with what `createClient` answered: one for the whole page. `user` is who is signed in, where
 * the server knows that renders the page; null for nobody.
 */
export function flaskport(
  client: Pick<Client, "session" | "user" | "onChange">,
  options?: { user?: User | null | undefined },
): { install(app: App): void };

/** Who is signed in, in this and every other tab. Any number of components may ask. */
export function useSession(): SessionNow;

/** The client of the plugin. One that was made with parts of its own: `useClient<typeof client>()`. */
export function useClient<C = Client>(): C;
