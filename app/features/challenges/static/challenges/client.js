/** Challenges: `client.challenges`. A request for which one has to be solved is sent once more, with the answer. */
export const challenges = ({ remedy, url }) => {
  const solvers = new Map();
  const listeners = new Set();
  const tell = (solving) => listeners.forEach((listener) => listener(solving));

  remedy("challenge_required", async ({ facts }) => {
    tell(true);
    try {
      const solve = solvers.get(facts.provider) ?? (await import(url("static/challenges/solve.js"))).solve;
      const answer = await solve(facts, url);
      return answer ? { "X-Challenge": answer } : undefined;
    } catch {
      return undefined; // the refusal stands
    } finally {
      tell(false);
    }
  });
  return {
    solveWith: (provider, solve) => void solvers.set(provider, solve),
    onSolving(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
