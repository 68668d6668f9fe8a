import { useState } from "react";
import type { ManagedUser } from "flaskport";
import { useClient } from "flaskport/react";
import { useAttempt } from "./attempt";

/** For the permission `users:read`. The server decides, so the button needs not know who may. */
export function People() {
  const client = useClient();
  const { attempt, problem } = useAttempt();
  const [people, setPeople] = useState<ManagedUser[]>([]);

  const show = () =>
    attempt(async () => setPeople((await client.call<{ items: ManagedUser[] }>("GET", "api/users")).items));

  return (
    <section>
      <button className="quiet" onClick={show}>Show people</button>
      <p role="alert">{problem}</p>
      {people.length > 0 && <ul aria-label="People">{people.map(({ id, email }) => <li key={id}>{email}</li>)}</ul>}
    </section>
  );
}
