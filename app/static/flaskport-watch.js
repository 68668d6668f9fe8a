/** What the hooks of React and Vue have in common: who is signed in, looked up once for each client, and followed. */

const watches = new WeakMap();

/** What is known before anybody was asked: nothing, or what the server found that rendered the page. */
export const firstly = (user) => ({ user: user ?? null, loading: user === undefined, error: null });

/** There is one for each client, however many hooks use it. */
export function watchOf(client) {
  if (!watches.has(client)) watches.set(client, new Watch(client));
  return watches.get(client);
}

class Watch {
  state; // undefined until there was an answer
  first = firstly();
  asked = null;
  listeners = new Set();

  constructor(client) {
    this.client = client;
  }

  /** The same object for as long as nothing has changed. */
  now() {
    const mayHaveMissed = this.listeners.size === 0 && this.state && !this.state.error;
    if (mayHaveMissed && this.state.user !== this.client.user) this.state = firstly(this.client.user);
    return this.state;
  }

  /** `first` is what is said while there was no answer. */
  subscribe(listener, first) {
    if (!this.state) this.first = first;
    const each = () => listener(); // the same listener may come twice
    this.listeners.add(each);
    if (this.listeners.size === 1) this.stop = this.client.onChange(() => this.tell(firstly(this.client.user)));
    if (!this.state || this.state.error) this.lookAgain();
    return () => {
      if (this.listeners.delete(each) && this.listeners.size === 0) this.stop();
    };
  }

  /** Ask the server who is signed in. Whoever asks meanwhile gets the same answer. */
  lookAgain = () => {
    if (this.state?.error) this.tell({ ...this.state, loading: true, error: null });
    this.asked ??= this.client
      .session()
      .then(() => firstly(this.client.user), (error) => ({ ...(this.state ?? this.first), loading: false, error }))
      .then((state) => this.tell(state))
      .finally(() => (this.asked = null));
    return this.asked;
  };

  tell(state) {
    const { user, loading, error } = this.state ?? {};
    if (state.user === user && state.loading === loading && state.error === error) return;
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
