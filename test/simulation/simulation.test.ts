import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const main = join(import.meta.dirname, 'main.ts');
const seeds = process.env.RUNYARD_FULL === '1' ? 10_000 : 500;

const simulation = (
  given: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 2 ** 28 };
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', main, ...given],
      options,
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });

describe('the simulation', () => {
  it(`breaks no promise in ${seeds} seeds of 200 steps`, { timeout: 1_200_000 }, async () => {
    const { code, output } = await simulation(['--seeds', String(seeds), '--jobs', '2']);
    expect(output).toContain(': 0 failed');
    expect(code).toBe(0);
  });

  it('replays a seed to the letter', async () => {
    const [one, two] = await Promise.all([simulation([], { SEED: '7' }), simulation([], { SEED: '7' })]);
    expect(one.output.split('\n').length).toBeGreaterThan(200);
    expect(two).toEqual(one);
  });
});
