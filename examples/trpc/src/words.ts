import { TRPCClientError, type TRPCClientErrorLike } from "@trpc/client";
import { FlaskportError } from "flaskport";
import type { AppRouter } from "flaskport/app-router";

/** A refusal in words. Its code is what to go by; its message is for people. */
export function wordsFor(error: Error | TRPCClientErrorLike<AppRouter> | null): string {
  if (!error) return "";
  if (error instanceof FlaskportError) return inFull(error.message, error.errors);
  if (error instanceof TRPCClientError) return wordsForCall(error);
  throw error;
}

/** Of a procedure: `data` is what the server says of it. Without it no procedure has answered. */
function wordsForCall({ data, message, cause }: TRPCClientError<AppRouter>): string {
  if (data?.reason === "permission_required") return "This is not for your role.";
  if (data) return inFull(message, data.fields);
  return cause instanceof FlaskportError ? wordsFor(cause) : "The server does not answer. Try again in a moment.";
}

const inFull = (message: string, errors: Record<string, unknown> = {}) =>
  [message, ...Object.values(errors).flat()].join(" ");
