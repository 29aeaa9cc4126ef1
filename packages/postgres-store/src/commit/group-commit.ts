import { setImmediate } from 'node:timers/promises';
import type { Change, CommitResult } from '@runyard/core';
import type { Database } from '../database/database.ts';
import { codeOf, isLost, unavailable } from '../database/failures.ts';
import { decide } from './decide/decide.ts';
import { imageOf, readingsFor } from './load.ts';
import type { Mode } from './mode.ts';
import { needsOf } from './needs.ts';
import { type Taken, take } from './take.ts';
import { brokenFence } from './writes/counted.ts';
import { newsOf, writesOf } from './writes/writes.ts';

/** The batches of one `commit`. */
type Call = readonly (readonly Taken[])[];

interface Waiting {
  call: Call;
  resolve(results: CommitResult[]): void;
  reject(error: unknown): void;
}

/**
 * What is asked for while transactions are under way waits, and shares the next. So the more comes, the more is done by each round trip and
 * each wait for the disk. Two are under way at a time: while one waits for the disk the other works. To the database they are as two
 * instances. `sender` marks our own news.
 */
export const groupCommit = (db: Database, sender: string) => {
  const waiting: Waiting[] = [];
  const lanes = new Set<Promise<void>>();
  const answers = new Set<Promise<void>>();

  const work = async (): Promise<void> => {
    // What is asked for in the same turn of the event loop goes together.
    await Promise.resolve();
    while (waiting.length > 0) {
      const group = takeGroup(waiting);
      const calls = group.map(({ call }) => call);
      const outcomes = await commitTogether(db, calls, sender);
      const telling = answerInTurns(group, outcomes).finally(() => answers.delete(telling));
      answers.add(telling);
    }
  };

  const openLane = (): void => {
    if (lanes.size === mostLanes) return;
    const lane = work().finally(() => lanes.delete(lane));
    lanes.add(lane);
  };

  return {
    commit: (batches: readonly (readonly Change[])[]): Promise<CommitResult[]> => {
      if (batches.every((batch) => batch.length === 0)) return Promise.resolve(batches.map(() => ({ ok: true })));
      return new Promise((resolve, reject) => {
        waiting.push({ call: batches.map((batch) => batch.map(take)), resolve, reject });
        openLane();
      });
    },
    /** Resolves when everything that was asked for is answered. */
    idle: async (): Promise<void> => {
      while (lanes.size > 0 || answers.size > 0) await Promise.all([...lanes, ...answers]);
    },
  };
};

// What one transaction answers at once would otherwise wake so many callers in one turn of the host's event loop.
const atOnce = 16;

const answerInTurns = async (group: readonly Waiting[], outcomes: readonly Outcome[]): Promise<void> => {
  for (const [index, { resolve, reject }] of group.entries()) {
    if (index > 0 && index % atOnce === 0) await setImmediate();
    const outcome = outcomes[index] as Outcome;
    if ('error' in outcome) reject(outcome.error);
    else resolve(outcome.results);
  }
};

const mostLanes = 2;

// So many that the round trip is shared well, so few that the first of a flood does not wait for the last.
const mostChanges = 3_000;

const takeGroup = (waiting: Waiting[]): Waiting[] => {
  let changes = 0;
  let calls = 0;
  while (calls < waiting.length && (calls === 0 || changes < mostChanges))
    for (const batch of waiting[calls++]!.call) changes += batch.length;
  return waiting.splice(0, calls);
};

type Outcome = { results: CommitResult[] } | { error: unknown };

const commitTogether = async (db: Database, calls: readonly Call[], sender: string): Promise<Outcome[]> => {
  try {
    const results = await commitAll(db, calls.flat(), sender);
    return calls.map((call) => ({ results: results.splice(0, call.length) }));
  } catch (error) {
    if (calls.length === 1 || !isUnstorable(error)) return calls.map(() => ({ error: unavailable(error) }));
    // One call holds something that cannot be stored. Each by itself, so that only that one is rejected.
    const outcomes: Outcome[] = [];
    for (const call of calls) outcomes.push(...(await commitTogether(db, [call], sender)));
    return outcomes;
  }
};

// Something about the values: such as a number out of range.
const isUnstorable = (error: unknown): boolean => !isLost(error) && /^(22|23|54)/.test(codeOf(error) ?? '');

const commitAll = async (db: Database, batches: Call, sender: string): Promise<CommitResult[]> => {
  let mode: Mode = 'assume';
  for (let tries = 1; ; tries++) {
    try {
      return await commitOnce(db, { batches, mode, sender });
    } catch (error) {
      // An assumption was wrong, or another instance put a record there after we looked: look, and decide again.
      if (!brokenFence.has(codeOf(error) ?? '') || tries === mostTries) throw error;
      mode = 'read';
    }
  }
};

const mostTries = 5;

const commitOnce = (
  db: Database,
  { batches, mode, sender }: { batches: Call; mode: Mode; sender: string },
): Promise<CommitResult[]> => {
  const readings = readingsFor(needsOf(batches, mode));
  return db.unit({
    reads: readings.map(({ statement }) => statement),
    decide: (found) => {
      const image = imageOf(readings, found);
      const value = decide(image, batches);
      return { writes: writesOf(image), tell: newsOf(image, sender), value };
    },
  });
};
