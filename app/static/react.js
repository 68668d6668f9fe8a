/** React hooks for flaskport.js: docs/browser.md shows them in use. */
"use client";

import { createContext, createElement, useContext, useMemo, useSyncExternalStore } from "react";
import { firstly, watchOf } from "./flaskport-watch.js";

const Context = createContext(null);

/** `user` is who is signed in by what a server found that rendered the page: null for nobody, nothing where it did not ask. */
export function FlaskportProvider({ client, user, children }) {
  const value = useMemo(() => given(client, firstly(user)), [client, user]);
  return createElement(Context.Provider, { value }, children);
}

export function useClient() {
  return useGiven("useClient").client;
}

export function useSession() {
  const { subscribe, now, first, lookAgain } = useGiven("useSession");
  const state = useSyncExternalStore(subscribe, now, first);
  return useMemo(() => ({ ...state, lookAgain }), [state, lookAgain]);
}

/** What a provider hands to the hooks. */
function given(client, first) {
  const watch = watchOf(client);
  return {
    client,
    subscribe: (listener) => watch.subscribe(listener, first),
    now: () => watch.now() ?? first,
    first: () => first,
    lookAgain: watch.lookAgain,
  };
}

function useGiven(hook) {
  const found = useContext(Context);
  if (!found) throw new Error(`${hook}() needs <FlaskportProvider client={client}> around its component.`);
  return found;
}
