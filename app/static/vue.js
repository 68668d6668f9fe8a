/** Vue composables for flaskport.js: docs/browser.md shows them in use. */

import { computed, getCurrentInstance, getCurrentScope, inject, onMounted, onScopeDispose, shallowRef } from "vue";
import { inBrowser } from "./flaskport-browser.js";
import { firstly, watchOf } from "./flaskport-watch.js";

const KEY = Symbol("flaskport");

/** `user` is who is signed in by what a server found that rendered the page: null for nobody, nothing where it did not ask. */
export const flaskport = (client, { user } = {}) => ({
  install(app) {
    const first = firstly(user);
    app.provide(KEY, { client, first, now: shallowRef(first) });
  },
});

export const useClient = () => given("useClient").client;

export function useSession() {
  const { client, first, now } = given("useSession");
  const watch = watchOf(client);
  const read = () => (now.value = watch.now() ?? first);
  let stop = () => {};
  const begin = () => {
    stop = watch.subscribe(read, first);
    read();
  };
  read();
  // Once it is mounted, so that a page which a server rendered is taken over as it is. Elsewhere, in a router's guard for
  // example, nothing is ever mounted.
  if (getCurrentInstance()) onMounted(begin);
  else if (inBrowser()) begin();
  if (getCurrentScope()) onScopeDispose(() => stop());
  const of = (name) => computed(() => now.value[name]);
  return { user: of("user"), loading: of("loading"), error: of("error"), lookAgain: watch.lookAgain };
}

function given(hook) {
  const found = inject(KEY, null);
  if (!found) throw new Error(`${hook}() needs app.use(flaskport(client)), and to be called within setup.`);
  return found;
}
