import { FlaskportError } from "flaskport";

type Refusal = Pick<FlaskportError, "code" | "message"> & { errors?: FlaskportError["errors"] };

/** A refusal in words, on the server and in the browser. Its code is what to go by; its message is for people. */
export function sentence({ code, message, errors = {} }: Refusal): string {
  if (code === "permission_required") return "This is not for your role.";
  return [message, ...Object.values(errors).flat()].join(" ");
}

export function wordsFor(error: unknown): string {
  if (!(error instanceof FlaskportError)) throw error;
  return sentence(error);
}
