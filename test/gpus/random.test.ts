import { describe, expect, it } from 'vitest';
import { dockerRuns } from '../engines/use-docker.ts';
import { randomGpus } from './random-gpus.ts';

const full = process.env.RUNYARD_FULL === '1';
const form = full
  ? { runs: 1000, width: 12, seed: Date.now() % 1_000_000, killEveryMs: 15_000 }
  : { runs: 60, width: 8, seed: Date.now() % 1_000_000, killEveryMs: 8_000 };

describe.skipIf(!dockerRuns)(
  `random requests for 8 devices, from two instances that are killed (seed ${form.seed})`,
  () => {
    it(`${form.runs} runs: no device has two holders, no memory is given twice, nobody starves, nothing is left`, {
      timeout: full ? 1_800_000 : 180_000,
    }, async () => {
      const result = await randomGpus(form);
      expect(result).toMatchObject({ runs: form.runs, succeeded: form.runs, wrong: [], left: [] });
      expect(result.waits.worstMs).toBeLessThan(60_000);
    });
  },
);
