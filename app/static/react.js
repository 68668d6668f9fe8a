/** React hooks for flaskport.js: docs/browser.md shows them in use. */
"use client";

import { createContext, createElement, useContext, useMemo, useSyncExternalStore } from "react";
import { firstly, watchOf } from "./flaskport-watch.js";

const Context = createContext(null);

/** `user` is who is signed in by what a server found that rendered the page: null for nobody, nothing where it did not ask. */
export function FlaskportProvider({ client, user, children }) {
  const value = useMemo(() => ({ client, first: firstly(user) }), [client, user]);
  return createElement(Context.Provider, { value }, children);
}

export function useClient() {
  return useGiven("useClient").client;
}

export function useSession() {
  const { client, first } = useGiven("useSession");
  const watch = watchOf(client);
  const now = useSyncExternalStore(watch.subscribe, () => watch.now() ?? first, () => first);
  return useMemo(() => ({ ...now, lookAgain: watch.lookAgain }), [now, watch]);
}

function useGiven(hook) {
  const given = useContext(Context);
  if (!given) throw new Error(`${hook}() needs <FlaskportProvider client={client}> around its component.`);
  return given;
}
