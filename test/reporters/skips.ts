// A sentence for each skipped test that no one allowed; on a developer's machine any skip goes.
export function skipProblems(skipped: string[], allowed: { name: string }[], inCi: boolean): string[] {
  if (!inCi) return [];
  const names = new Set(allowed.map((each) => each.name));
  return skipped
    .filter((name) => !names.has(name))
    .map(
      (name) =>
        `"${name}" was skipped, which CI refuses: make it run, or allow it with a reason in test/allowed-skips.ts.`,
    );
}
