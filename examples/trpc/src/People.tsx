import { useQuery } from "@tanstack/react-query";
import { trpc } from "./trpc";
import { wordsFor } from "./words";

/** For the permission `users:read`. The server decides, so the button needs not know who may. */
export function People() {
  const { data, error, refetch } = useQuery(trpc.admin.users.queryOptions(undefined, { enabled: false }));

  return (
    <section>
      <button className="quiet" onClick={() => refetch()}>Show people</button>
      <p role="alert">{wordsFor(error)}</p>
      {data && <ul aria-label="People">{data.items.map(({ id, email }) => <li key={id}>{email}</li>)}</ul>}
    </section>
  );
}
