import { FlaskportError } from "flaskport";

/** A refusal in words. Its code is what to go by; its message is for people. */
export function wordsFor(error: unknown): string {
  if (!(error instanceof FlaskportError)) throw error;
  if (error.code === "permission_required") return "This is not for your role.";
  return [error.message, ...Object.values(error.errors).flat()].join(" ");
}

/** Does what a person asked for. `problem` says why the last thing was refused; `busy` is one under way. */
export class Attempt {
  problem = $state("");
  busy = $state(false);

  async run(work: () => Promise<void>): Promise<void> {
    this.problem = "";
    this.busy = true;
    try {
      await work();
    } catch (error) {
      this.problem = wordsFor(error);
    } finally {
      this.busy = false;
    }
  }
}
