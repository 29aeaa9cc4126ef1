import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import { allowedSkips } from '../allowed-skips.ts';
import { budgets } from '../budgets.ts';
import { budgetProblems } from './over-budget.ts';
import { skipProblems } from './skips.ts';
import { closingLine, countTests } from './totals.ts';

// On a cluster of others some things cannot be had.
const wantsAll = process.env.CI === 'true' && process.env.RUNYARD_TEST_CLUSTER === undefined;

// The end of every run: each skip by name, what broke a house rule, and the closing line (also into the file that
// RUNYARD_TOTALS names, for .ci/run).
export default class ClosingReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const totals = countTests(modules);
    const problems = [
      ...skipProblems(totals.skipped, allowedSkips[process.platform] ?? [], wantsAll),
      ...(process.env.RUNYARD_FULL === '1' ? [] : budgetProblems(modules.map(timed), budgets)),
    ];
    totals.failed += problems.length + unhandled.length;
    if (problems.length > 0) process.exitCode = 1;

    const skips = totals.skipped.map((name) => `skipped: ${name}`);
    process.stdout.write(`${[...skips, ...problems, closingLine(totals)].join('\n')}\n`);
    if (process.env.RUNYARD_TOTALS) writeFileSync(process.env.RUNYARD_TOTALS, `${closingLine(totals)}\n`);
  }
}

function timed(module: TestModule) {
  const { duration, collectDuration, setupDuration } = module.diagnostic();
  return { path: module.relativeModuleId, seconds: (duration + collectDuration + setupDuration) / 1000 };
}
