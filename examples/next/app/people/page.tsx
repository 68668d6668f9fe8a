import Link from "next/link";
import type { ManagedUser } from "flaskport";
import { read, whoAsks } from "../flaskport";
import { Session } from "../session";
import { SignIn } from "../sign-in";

export default async function Page() {
  const user = await whoAsks();
  return (
    <Session user={user}>
      <h1>People</h1>
      {user ? <People /> : <SignIn />}
      <p>
        <Link href="/" prefetch={false}>Notes</Link>
      </p>
    </Session>
  );
}

/** For the permission `users:read`. Flaskport decides, and on the server: no other browser is sent any of it. */
async function People() {
  const answer = await read<{ items: ManagedUser[] }>("/api/users");
  if ("refusal" in answer) return <p role="alert">{answer.refusal}</p>;
  return (
    <ul aria-label="People">
      {answer.found.items.map(({ id, email, role }) => <li key={id}>{email}, {role}</li>)}
    </ul>
  );
}
