import { describe, expect, it } from 'vitest';
import { dockerRuns } from '../engines/use-docker.ts';
import { randomRuns } from './random/random-runs.ts';

const full = process.env.RUNYARD_FULL === '1';
const seed = Number(process.env.RUNYARD_SEED ?? Date.now() % 1_000_000);
const form = { runs: full ? 600 : 60, width: 12, seed, everyMs: 2500 };

describe.skipIf(!dockerRuns)(`random runs on a cluster, from two hosts that die now and then (seed ${seed})`, () => {
  it(`${form.runs} runs: each attempt runs once and never beside another, all end as they should, nothing is left`, {
    timeout: full ? 1_200_000 : 180_000,
  }, async () => {
    const result = await randomRuns(form);
    expect(result).toMatchObject({ ended: form.runs, wrong: [], left: [] });
    console.log(`seed ${seed}: ${result.attempts} attempts, ${JSON.stringify(result.disturbances)}`);
  });
});
