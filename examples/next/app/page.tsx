import Link from "next/link";
import type { Post } from "flaskport";
import { read, whoAsks } from "./flaskport";
import { AddNote, ShowPeople, SignOut } from "./notes";
import { Session } from "./session";
import { SignIn } from "./sign-in";

export default async function Page() {
  const user = await whoAsks();
  return (
    <Session user={user}>
      <h1>Notes</h1>
      {user ? (
        <>
          <div className="who">
            <p>Signed in as {user.email}</p>
            <SignOut />
          </div>
          <AddNote />
          <Notes />
          <ShowPeople />
          <p>
            <Link href="/people" prefetch={false}>People, rendered on the server</Link>
          </p>
        </>
      ) : (
        <SignIn />
      )}
    </Session>
  );
}

/** With one's own drafts, so it is not the same for everybody. */
async function Notes() {
  const answer = await read<{ items: Post[] }>("/api/posts");
  if ("refusal" in answer) return <p role="alert">{answer.refusal}</p>;
  return <ul aria-label="Notes">{answer.found.items.map(({ id, title }) => <li key={id}>{title}</li>)}</ul>;
}
