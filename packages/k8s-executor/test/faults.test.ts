import { describe, expect, it } from 'vitest';
import { startReplay } from '../../../test/engines/k8s/replay.ts';
import { named } from './support/looks.ts';
import { expectedOf, playable, stageOf } from './support/play.ts';
import { seeded } from './support/seeded.ts';

// A thousand where there is time for it: `RUNYARD_FULL=1`.
const runs = process.env.RUNYARD_FULL ? 1000 : 220;
const atOnce = 60;

describe('a cluster that goes wrong at random', () => {
  it(`leads ${runs} runs to their right outcome, each with one Job, and loses none`, async () => {
    const seed = Number(process.env.RUNYARD_SEED ?? Date.now() % 1_000_000);
    const random = seeded(seed);
    await using replay = await startReplay({
      speed: 20,
      faults: {
        random,
        ...{ tooManyRequests: 0.05, retryAfterSeconds: 0, unavailable: 0.02, gone: 0.05 },
        ...{ cut: 0.01, cutLogs: 0.01, scrambled: 0.3, answerLost: 0.02 },
      },
    });
    await using stage = await stageOf(replay);
    const rows = Array.from({ length: runs }, () => playable[Math.floor(random() * playable.length)]).filter(
      // A namespace that goes takes the others with it.
      (row) => row !== undefined && !row.name.startsWith('23-'),
    );
    const wrong: string[] = [];
    let next = 0;
    const begun = new Set<string>();
    const watch = setInterval(() => console.log([...begun]), 30_000);
    const work = async (): Promise<void> => {
      for (let row = rows[next++]; row; row = rows[next++]) {
        const own = `${row.name}#${row.job} (${next})`;
        begun.add(own);
        const { handle, outcome } = await stage.play(row);
        const seen = named({ state: 'finished', outcome });
        if (seen !== expectedOf(row)) wrong.push(`${row.name}#${row.job}: ${seen}, not ${expectedOf(row)}`);
        await stage.remove(handle);
        begun.delete(own);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    clearInterval(watch);
    expect([seed, wrong]).toEqual([seed, []]);
    expect([...stage.jobsMade().values()].filter(({ size }) => size !== 1)).toEqual([]);
    expect(stage.jobsMade().size).toBe(rows.length);
  }, 600_000);
});
