import { expect, it } from 'vitest';
import { searchAfterRuns } from './search-after-runs.ts';

const runs = process.env.RUNYARD_FULL ? 200 : 16;

it('secrets of many shapes, said by jobs in every way, are in no file, log, event, line, sentence or process outside of these jobs', async () => {
  const { seen, seenInJobs, looks, logs, endings, ...rest } = await searchAfterRuns({ runs });
  expect(seen).toEqual([]);
  // What was looked at would have shown them.
  expect(rest).toMatchObject({ runs });
  expect(seenInJobs.files).toBeGreaterThan(0);
  expect(seenInJobs.processes).toBeGreaterThan(0);
  expect(looks.processes).toBeGreaterThan(5);
  expect(looks.files).toBeGreaterThan(20);
  expect(logs.masked / logs.lines).toBeGreaterThan(0.5);
  expect(logs.whole).toBeGreaterThanOrEqual(runs / 2);
  for (const end of ['succeeded completed', 'failed exit-code', 'failed source-refused', 'failed timeout'])
    expect(endings[end], end).toBeGreaterThan(0);
}, 600_000);
