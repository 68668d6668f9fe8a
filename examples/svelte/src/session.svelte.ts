import { createClient, type FlaskportError, type User } from "flaskport";

export const client = createClient(); // one for the whole page; it speaks to this page's own origin

/** Who is signed in, in this tab and in every other. Components read it, and follow. */
class Session {
  user = $state.raw<User | null>(null);
  loading = $state(true);
  error = $state.raw<FlaskportError | null>(null);

  constructor() {
    client.onChange(({ user }) => (this.user = user));
    void this.lookAgain();
  }

  async lookAgain(): Promise<void> {
    this.loading = true;
    this.error = null;
    try {
      this.user = (await client.session()).user;
    } catch (error) {
      this.error = error as FlaskportError; // client.session() throws nothing else
    } finally {
      this.loading = false;
    }
  }
}

export const session = new Session();
