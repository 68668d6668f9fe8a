"use client";

import { useEffect, useState } from "react";
import { wordsFor } from "./words";

/**
 * `attempt` does what a person asked for. `problem` says why the last one was refused; `busy` is one under way. It is busy to
 * begin with as well: what a server rendered is there before its script is, and nobody would hear a button.
 */
export function useAttempt() {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(true);
  useEffect(() => setBusy(false), []);

  async function attempt(work: () => Promise<void>): Promise<void> {
    setProblem("");
    setBusy(true);
    try {
      await work();
    } catch (error) {
      setProblem(wordsFor(error));
    } finally {
      setBusy(false);
    }
  }

  return { attempt, problem, busy };
}
