import type { TestModule } from 'vitest/node';

export type Totals = { passed: number; failed: number; skipped: string[] };

// Counts tests, and as failed also what is no test: a file that does not load, a hook that throws, a leak.
export function countTests(modules: readonly TestModule[]): Totals {
  const totals: Totals = { passed: 0, failed: 0, skipped: [] };
  for (const module of modules) {
    if (module.errors().length > 0) totals.failed += 1;
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) totals.failed += 1;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') totals.passed += 1;
      else if (state === 'skipped') totals.skipped.push(`${module.relativeModuleId} > ${test.fullName}`);
      else totals.failed += 1;
    }
  }
  return totals;
}

export function closingLine({ passed, failed, skipped }: Totals): string {
  const skips = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
  return `${passed} passed, ${failed} failed${skips}`;
}
