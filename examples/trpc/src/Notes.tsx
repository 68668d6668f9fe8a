import type { SubmitEvent } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { User } from "flaskport";
import { People } from "./People";
import { client, trpc } from "./trpc";
import { wordsFor } from "./words";

export function Notes({ user }: { user: User }) {
  const queries = useQueryClient();
  const list = useQuery(trpc.post.list.queryOptions());
  const create = useMutation(
    trpc.post.create.mutationOptions({ onSuccess: () => queries.invalidateQueries(trpc.post.list.queryFilter()) }),
  );
  const leave = useMutation({ mutationFn: () => client.signOut() });

  function add(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (queries.isMutating()) return; // a second click comes before the button is off
    const form = event.currentTarget;
    const note = { title: String(new FormData(form).get("note")), body: "" };
    create.mutate(note, { onSuccess: () => form.reset() });
  }

  return (
    <>
      <div className="who">
        <p>Signed in as {user.email}</p>
        <button className="quiet" onClick={() => leave.mutate()}>Sign out</button>
      </div>
      <form onSubmit={add}>
        <label>
          Note <input name="note" maxLength={200} required autoComplete="off" />
        </label>
        <div className="buttons">
          <button disabled={create.isPending}>Add note</button>
        </div>
        <p role="alert">{wordsFor(create.error ?? list.error ?? leave.error)}</p>
      </form>
      <ul aria-label="Notes">{list.data?.items.map(({ id, title }) => <li key={id}>{title}</li>)}</ul>
      <People />
    </>
  );
}
