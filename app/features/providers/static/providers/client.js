/** Signing in with a provider, and the accounts there that open this one. */
export const providers = ({ call }) => async () => (await call("GET", "auth/providers")).items;

/** Go to the provider, or with `popup` open it in a window and answer the session once that is through. */
export const signInWith = ({ place, popup: inWindow, url }) => {
  function start(provider, { next, remember = false, popup = false }) {
    const address = new URL(url(`auth/oauth/${encodeURIComponent(provider)}`));
    address.searchParams.set("next", place(next));
    if (remember) address.searchParams.set("remember", "1");
    if (popup) address.searchParams.set("popup", "1");
    return address.href;
  }
  return (provider, { popup = false, next, remember } = {}) => {
    if (popup) return inWindow((end) => start(provider, { next: end, remember, popup }));
    const address = start(provider, { next, remember }); // which is refused where there is no location
    location.assign(address);
    return new Promise(() => {}); // this page is on its way out
  };
};

export const identities = ({ call, place }) => ({
  list: () => call("GET", "auth/identities"),
  async connect(provider, { next } = {}) {
    const wish = { next: place(next) };
    location.assign((await call("POST", `auth/identities/${encodeURIComponent(provider)}`, wish)).location);
  },
  disconnect: (id) => call("DELETE", `auth/identities/${encodeURIComponent(id)}`),
});
