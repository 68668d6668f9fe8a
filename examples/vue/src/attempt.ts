import { ref } from "vue";
import { FlaskportError } from "flaskport";

/** A refusal in words. Its code is what to go by; its message is for people. */
export function wordsFor(error: unknown): string {
  if (!(error instanceof FlaskportError)) throw error;
  if (error.code === "permission_required") return "This is not for your role.";
  return [error.message, ...Object.values(error.errors).flat()].join(" ");
}

/** `attempt` does what a person asked for. `problem` says why the last one was refused; `busy` is one under way. */
export function useAttempt() {
  const problem = ref("");
  const busy = ref(false);

  async function attempt(work: () => Promise<void>): Promise<void> {
    problem.value = "";
    busy.value = true;
    try {
      await work();
    } catch (error) {
      problem.value = wordsFor(error);
    } finally {
      busy.value = false;
    }
  }

  return { attempt, problem, busy };
}
