import { useEffect, useState, type SubmitEvent } from "react";
import type { Post, User } from "flaskport";
import { useClient } from "flaskport/react";
import { People } from "./People";
import { useAttempt } from "./attempt";

/** What every request needs, `client.call` does: the session, the CSRF header, a refresh where the token has expired. */
export function Notes({ user }: { user: User }) {
  const client = useClient();
  const { attempt, problem, busy } = useAttempt();
  const [notes, setNotes] = useState<Post[]>([]);

  useEffect(() => {
    attempt(async () => setNotes((await client.call<{ items: Post[] }>("GET", "api/posts")).items));
  }, [client]);

  function add(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    attempt(async () => {
      const fields = { title: String(new FormData(form).get("note")), body: "" };
      const note = await client.call<Post>("POST", "api/posts", fields);
      setNotes((before) => [note, ...before]);
      form.reset();
    });
  }

  return (
    <>
      <div className="who">
        <p>Signed in as {user.email}</p>
        <button className="quiet" onClick={() => attempt(() => client.signOut())}>Sign out</button>
      </div>
      <form onSubmit={add}>
        <label>
          Note <input name="note" maxLength={200} required autoComplete="off" />
        </label>
        <div className="buttons">
          <button disabled={busy}>Add note</button>
        </div>
        <p role="alert">{problem}</p>
      </form>
      <ul aria-label="Notes">{notes.map(({ id, title }) => <li key={id}>{title}</li>)}</ul>
      <People />
    </>
  );
}
