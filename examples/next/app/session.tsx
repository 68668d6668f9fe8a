"use client";

import { useEffect, type ReactNode } from "react";
import { useRouter } from "next/navigation";
import { createClient, type User } from "flaskport";
import { FlaskportProvider, useSession } from "flaskport/react";
import { wordsFor } from "./words";

const client = createClient(); // one for the whole page; it speaks to this page's own origin, and on a server to nobody

/** Around what the server rendered for `user`: the browser's client goes on from there. */
export function Session({ user, children }: { user: User | null | undefined; children: ReactNode }) {
  return (
    <FlaskportProvider client={client} user={user}>
      <Agreed id={user?.id}>{children}</Agreed>
    </FlaskportProvider>
  );
}

/**
 * Shows it for as long as that is who is signed in. Else both are asked again: the browser, which can have another access
 * token (a server cannot set cookies while it renders), and then the server, for the page. So it is after signing in and
 * out, in this tab or another, when the token has expired, and where the back button brings a page from before.
 */
function Agreed({ id, children }: { id: string | undefined; children: ReactNode }) {
  const { user, loading, error, lookAgain } = useSession();
  const router = useRouter();
  const agreed = user?.id === id && !loading;

  useEffect(() => {
    if (agreed || loading || error) return;
    void lookAgain().then(() => {
      if (id) location.reload(); // with all that the tab holds of whoever it was rendered for
      else router.refresh();
    });
  }, [id, agreed, loading, error, lookAgain, router]);

  if (agreed && (id || !error)) return children; // also while the browser cannot look, if the server found somebody
  if (!error) return <p>One moment…</p>;
  return (
    <>
      <p role="alert">{wordsFor(error)}</p>
      <p><button onClick={lookAgain}>Try again</button></p>
    </>
  );
}
