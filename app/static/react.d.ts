/** Types of react.js: docs/browser.md. */

import type { ReactNode } from "react";
import type { Client, FlaskportError, User } from "./flaskport.js";

export interface SessionNow {
  /** Who is signed in. Null for nobody, and while that is not known yet. */
  readonly user: User | null;
  /** The server has not said yet who is signed in. */
  readonly loading: boolean;
  /** Why it could not be asked. */
  readonly error: FlaskportError | null;
  /** Ask it again. */
  lookAgain(): Promise<void>;
}

export function FlaskportProvider(props: {
  /** What `createClient` answered: one for the whole page. */
  client: Pick<Client, "session" | "user" | "onChange">;
  /** Who is signed in, where the server knows that renders the page; null for nobody. */
  user?: User | null | undefined;
  children?: ReactNode;
}): ReactNode;

/** Who is signed in, in this and every other tab. Any number of components may ask. */
export function useSession(): SessionNow;

/** The client of the provider. One that was made with parts of its own: `useClient<typeof client>()`. */
export function useClient<C = Client>(): C;
