import type { SubmitEvent } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { leaveFor } from "./step";
import { client } from "./trpc";
import { wordsFor } from "./words";

/** Signing in and out is REST, because it sets cookies: the browser client does it, and procedures have the session. */
async function enter(form: FormData): Promise<void> {
  const said = (field: string) => String(form.get(field));
  const fields = { email: said("email"), password: said("password") };
  if (said("action") === "sign-up") {
    const account = await client.register({ ...fields, name: said("name") || null });
    if ("step" in account) return leaveFor(account);
  }
  const result = await client.signIn(fields);
  if ("step" in result) return leaveFor(result);
}

export function SignIn() {
  const queries = useQueryClient();
  const { mutate, error, isPending } = useMutation({ mutationFn: enter });

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (queries.isMutating()) return; // a second click comes before the button is off
    mutate(new FormData(event.currentTarget, event.nativeEvent.submitter)); // with the button that was pressed
  }

  return (
    <form onSubmit={submit}>
      <label>
        E-mail <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <label>
        Name <input name="name" autoComplete="name" placeholder="for a new account" />
      </label>
      <div className="buttons">
        <button name="action" value="sign-in" disabled={isPending}>Sign in</button>
        <button name="action" value="sign-up" disabled={isPending} className="quiet">Sign up</button>
      </div>
      <p role="alert">{wordsFor(error)}</p>
    </form>
  );
}
