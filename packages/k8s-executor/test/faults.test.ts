import { describe, expect, it } from 'vitest';
import { startReplay } from '../../../test/engines/k8s/replay.ts';
import { named } from './support/looks.ts';
import { expectedOf, playable, stageOf } from './support/play.ts';
import type { Recorded } from './support/recorded.ts';
import { seeded } from './support/seeded.ts';

const runs = 1000;
const atOnce = 60;

// A namespace that goes takes the others with it.
const rows = playable.filter(({ name }) => !name.startsWith('23-'));

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
    const asked = Array.from({ length: runs }, () => rows[Math.floor(random() * rows.length)] as Recorded);
    const wrong: string[] = [];
    const others: string[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let row = asked[next++]; row; row = asked[next++]) {
        const { handle, outcome } = await stage.play(row);
        const seen = named({ state: 'finished', outcome });
        const told = `${row.name}#${row.job}: ${seen}, recorded ${expectedOf(row)}`;
        if (seen !== expectedOf(row)) (mayBeTold(row, seen) ? others : wrong).push(told);
        await stage.remove(handle);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    expect({ seed, wrong }).toEqual({ seed, wrong: [] });
    expect([...stage.jobsMade().values()].filter(({ size }) => size !== 1)).toEqual([]);
    expect(stage.jobsMade().size).toBe(runs);
    console.log(
      `seed ${seed}: ${runs - others.length} exactly as recorded; with a gap in the watches: ${others.join(' · ')}`,
    );
  }, 600_000);
});

/**
 * What somebody else took away while nobody could watch leaves less to tell, here 20 times faster than a cluster is: another cause of the same infrastructure
 * failure, or that nobody knows, which is tried again alike. Never a success or an exit code that was none.
 */
const mayBeTold = (row: Recorded, seen: string): boolean => {
  const isInfrastructure = seen === 'finished=lost' || seen.startsWith('finished=infrastructure/');
  const wasTakenAway = row.ours === true || removedByOthers.includes(row.name);
  return isInfrastructure && (wasTakenAway || expectedOf(row).startsWith('finished=infrastructure/'));
};

// Job and pod are gone a tenth of a second after they have ended.
const removedByOthers = ['16-ttl', '15b-job-deleted-orphan', '15c-job-deleted-no-policy-orphans'];
