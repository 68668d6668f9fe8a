"use client";

import { useState, type SubmitEvent } from "react";
import { useRouter } from "next/navigation";
import type { ManagedUser } from "flaskport";
import { useClient } from "flaskport/react";
import { useAttempt } from "./attempt";

export function SignOut() {
  const client = useClient();
  const { attempt, problem, busy } = useAttempt();
  return (
    <>
      <button className="quiet" disabled={busy} onClick={() => attempt(() => client.signOut())}>Sign out</button>
      <p role="alert">{problem}</p>
    </>
  );
}

/** What changes something goes from the browser to Flaskport: `client.call` has the session, the CSRF header, a refresh. */
export function AddNote() {
  const client = useClient();
  const router = useRouter();
  const { attempt, problem, busy } = useAttempt();

  function add(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    attempt(async () => {
      await client.call("POST", "api/posts", { title: String(new FormData(form).get("note")), body: "" });
      form.reset();
      router.refresh(); // the list is the server's
    });
  }

  return (
    <form onSubmit={add}>
      <label>
        Note <input name="note" maxLength={200} required autoComplete="off" />
      </label>
      <div className="buttons">
        <button disabled={busy}>Add note</button>
      </div>
      <p role="alert">{problem}</p>
    </form>
  );
}

/** For the permission `users:read`. Flaskport decides, so the button needs not know who may. */
export function ShowPeople() {
  const client = useClient();
  const { attempt, problem, busy } = useAttempt();
  const [people, setPeople] = useState<ManagedUser[]>([]);

  const show = () =>
    attempt(async () => setPeople((await client.call<{ items: ManagedUser[] }>("GET", "api/users")).items));

  return (
    <section>
      <button className="quiet" disabled={busy} onClick={show}>Show people</button>
      <p role="alert">{problem}</p>
      {people.length > 0 && <ul aria-label="People">{people.map(({ id, email }) => <li key={id}>{email}</li>)}</ul>}
    </section>
  );
}
