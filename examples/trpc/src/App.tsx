import { useSession } from "flaskport/react";
import { Notes } from "./Notes";
import { SignIn } from "./SignIn";
import { wordsFor } from "./words";

/** Whoever is signed in, in this tab or another, is known to `useSession`: nothing here asks for it again. */
export function App() {
  const { user, loading, error, lookAgain } = useSession();
  return (
    <main>
      <h1>Notes</h1>
      {error ? (
        <>
          <p role="alert">{wordsFor(error)}</p>
          <p><button onClick={lookAgain}>Try again</button></p>
        </>
      ) : loading ? (
        <p>One moment…</p>
      ) : user ? (
        <Notes key={user.id} user={user} />
      ) : (
        <SignIn />
      )}
    </main>
  );
}
