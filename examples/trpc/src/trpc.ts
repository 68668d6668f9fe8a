import { QueryClient } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { createClient } from "flaskport";
import type { AppRouter } from "flaskport/app-router";

export const client = createClient(); // one for the whole page; it speaks to this page's own origin

/** What was refused because the session had expired is asked again, once: by then client.fetch has refreshed it. */
const refreshLink: TRPCLink<AppRouter> = () => ({ op, next }) =>
  observable((observer) => {
    let sent = next(op).subscribe({
      next: (value) => observer.next(value),
      complete: () => observer.complete(),
      error(error) {
        if (error.data?.code !== "UNAUTHORIZED" || error.data.reason !== "token_expired") return observer.error(error);
        sent = next(op).subscribe(observer);
      },
    });
    return () => sent.unsubscribe();
  });

export const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
client.onChange(({ type }) => {
  if (type !== "updated") queryClient.clear(); // what was fetched for one person is nobody else's
});

/** The procedures of this very server, by its own types: a wrong name, input or field does not compile. */
export const trpc = createTRPCOptionsProxy<AppRouter>({
  // Links of 2,000 characters and batches of 20 calls are what any server takes.
  client: createTRPCClient({
    links: [refreshLink, httpBatchLink({ url: "/trpc", fetch: client.fetch, maxURLLength: 2000, maxItems: 20 })],
  }),
  queryClient,
});
