/** What somebody writes with `flaskport/react`: components that ask, under StrictMode. */
import { StrictMode, useState } from "react";
import type { User } from "flaskport";
import { FlaskportProvider, useClient, useSession } from "flaskport/react";
import { client, saying } from "./client.js";

function Who() {
  const { user, loading, error, lookAgain } = useSession();
  const { signOut } = useClient();
  return (
    <p>
      <output>{saying({ user, loading, error })}</output>
      <button onClick={lookAgain}>Look again</button>
      <button onClick={signOut}>Sign out</button>
    </p>
  );
}

export function App({ user }: { user: User | null | undefined }) {
  const [shown, setShown] = useState(true);
  return (
    <StrictMode>
      <FlaskportProvider client={client} user={user}>
        <button onClick={() => setShown(!shown)}>Toggle</button>
        {shown && [1, 2, 3].map((each) => <Who key={each} />)}
      </FlaskportProvider>
    </StrictMode>
  );
}
