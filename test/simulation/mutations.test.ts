import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { checks } from './checks/all-checks.ts';
import { plant } from './mutate.ts';
import { mutations } from './mutations.ts';

const mostSeeds = '1000';

describe.concurrent('the simulation does not let pass that', () => {
  for (const mutation of mutations)
    it(mutation.name, { timeout: 300_000 }, async ({ expect: expectHere }) => {
      await using planted = await plant(mutation);
      const output = await firstFailure(planted.main);
      // By a promise that is checked, not because everything falls to pieces.
      expectHere(output).toMatch(new RegExp(`^SEED=\\d+ .*(${Object.keys(checks).join('|')}): `, 'm'));
    });
});

it('is told of at least ten planted faults', () => {
  expect(mutations.length).toBeGreaterThanOrEqual(10);
});

const firstFailure = (main: string): Promise<string> =>
  new Promise((resolve) => {
    const given = ['--disable-warning=ExperimentalWarning', main, '--seeds', mostSeeds, '--stop-at-first'];
    execFile(process.execPath, given, { maxBuffer: 2 ** 28 }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
