"use client";

import type { SubmitEvent } from "react";
import { useClient } from "flaskport/react";
import { useAttempt } from "./attempt";
import { leaveFor } from "./step";

export function SignIn() {
  const client = useClient();
  const { attempt, problem, busy } = useAttempt();

  /** Both end the same way: `Session` hears of it, in every tab, and the server renders the page anew. */
  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget, event.nativeEvent.submitter); // with the button that was pressed
    const said = (field: string) => String(form.get(field));
    const fields = { email: said("email"), password: said("password") };
    attempt(async () => {
      if (said("action") === "sign-up") {
        const account = await client.register({ ...fields, name: said("name") || null });
        if ("step" in account) return leaveFor(account);
      }
      const result = await client.signIn(fields);
      if ("step" in result) return leaveFor(result);
    });
  }

  // "post": whatever sends it while its script is on its way, no password is put into an address.
  return (
    <form method="post" onSubmit={submit}>
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
        <button name="action" value="sign-in" disabled={busy}>Sign in</button>
        <button name="action" value="sign-up" disabled={busy} className="quiet">Sign up</button>
      </div>
      <p role="alert">{problem}</p>
    </form>
  );
}
