import { describe, expect, it } from 'vitest';
import { budgets } from '../budgets.ts';
import { budgetProblems } from './over-budget.ts';
import { skipProblems } from './skips.ts';
import { closingLine } from './totals.ts';

describe('budgets', () => {
  it('all suites together may take an hour, two files at a time', () => {
    const seconds = Object.values(budgets).reduce((sum, each) => sum + each, 0);
    expect(seconds).toBeLessThanOrEqual(60 * 60);
  });

  it('a suite over its budget is named', () => {
    const files = [
      { path: 'a/slow/x.test.ts', seconds: 3 },
      { path: 'a/slow/y.test.ts', seconds: 3 },
      { path: 'a/z.test.ts', seconds: 3 },
    ];
    expect(budgetProblems(files, { a: 5, 'a/slow': 5 })).toEqual([expect.stringContaining('a/slow took 6.0 s')]);
  });

  it('a file that belongs to no suite is named', () => {
    expect(budgetProblems([{ path: 'b/x.test.ts', seconds: 1 }], { a: 5 })).toEqual([
      expect.stringContaining('b/x.test.ts'),
    ]);
  });
});

describe('skips', () => {
  it('CI refuses a skip that no one allowed', () => {
    expect(skipProblems(['a > b', 'c'], [{ name: 'c' }], true)).toEqual([expect.stringContaining('"a > b"')]);
    expect(skipProblems(['a > b'], [], false)).toEqual([]);
  });
});

it('the closing line counts, and speaks of skips only when there are any', () => {
  expect(closingLine({ passed: 3, failed: 0, skipped: [] })).toBe('3 passed, 0 failed');
  expect(closingLine({ passed: 3, failed: 1, skipped: ['a'] })).toBe('3 passed, 1 failed, 1 skipped');
});
