export type TimedFile = { path: string; seconds: number };

// A sentence for each suite that took longer than it may, and for each file that belongs to no suite.
export function budgetProblems(files: TimedFile[], budgets: Record<string, number>): string[] {
  const spent = new Map<string, number>();
  const problems: string[] = [];
  for (const { path, seconds } of files) {
    const suite = suiteOf(path, Object.keys(budgets));
    if (suite === undefined) problems.push(`${path} belongs to no suite: give its folder a budget in test/budgets.ts.`);
    else spent.set(suite, (spent.get(suite) ?? 0) + seconds);
  }
  for (const [suite, seconds] of spent) {
    const budget = budgets[suite] ?? 0;
    if (seconds > budget)
      problems.push(
        `${suite} took ${seconds.toFixed(1)} s and may take ${budget} s (test/budgets.ts): move some of it to its long form.`,
      );
  }
  return problems;
}

function suiteOf(path: string, suites: string[]): string | undefined {
  const holding = suites.filter((suite) => path.startsWith(suite));
  return holding.sort((a, b) => b.length - a.length)[0];
}
