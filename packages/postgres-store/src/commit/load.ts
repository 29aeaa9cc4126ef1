import type { Attempt, RunState } from '@runyard/core';
import { attemptStatements, parseVersion, type Row, rows } from '@runyard/core/sql';
import { lockDocuments, readOfDocuments } from './documents/load.ts';
import { attemptKeyOf, emptyImage, type Image, keyOf, nameOf, type SeenRun } from './image.ts';
import { lockStatements as locks } from './lock-statements.ts';
import type { Needs } from './needs.ts';
import { type Reading, reading } from './reading.ts';

/** How the image is loaded: the statements, in the order in which locks are taken, and what is made of their rows. */
export const readingsFor = (needs: Needs): Reading[] => [
  ...lockDocuments(needs.documents),
  ...readJobs(locks.jobs, needs.jobs),
  ...readJobs(locks.guardedJobs, needs.guardedJobs),
  ...readJobs(locks.removedJobs, needs.removedJobs),
  ...lockPlaces(needs.gpus ? new Set([...needs.places, everyGpu]) : needs.places),
  ...readCursors(needs.cursors),
  ...readRuns(locks.claims, needs.claims),
  ...readRuns(locks.runs, needs.runs),
  ...readAttempts(needs.attempts),
  ...lockForgotten(needs.forgotten),
  // Behind the locks, each with a snapshot of its own: what the holder of a lock had committed is seen.
  ...readUndisposed(needs.undisposed),
  ...readLeft(needs.forgotten),
  ...readGone(needs.newJobs),
  ...readNames(needs.names),
  ...readKeys(needs.keys),
  ...readActive(needs.active),
  ...readTaken(needs.places),
  ...(needs.gpus ? [readHeld] : []),
  ...readLedgers(needs.ledgers),
  ...readOfDocuments(needs.documents, needs.guardedJobs.size + needs.removedJobs.size),
  ...(needs.version ? [readStoreVersion] : []),
];

export const imageOf = (readings: readonly Reading[], found: readonly Row[][]): Image => {
  const image = emptyImage();
  for (const [index, { into }] of readings.entries()) into(image, found[index] ?? []);
  return image;
};

const readStoreVersion = reading(
  "SELECT key, value FROM meta WHERE key IN ('version', 'works_since')",
  [],
  (image, found) => {
    const values = new Map(found as [string, string][]);
    image.version = parseVersion('The PostgreSQL store', values.get('version'), values.get('works_since'));
  },
);

const readJobs = (text: string, ids: ReadonlySet<string>): Reading[] =>
  ids.size === 0
    ? []
    : [
        reading(text, [[...ids]], ({ jobs }, found) => {
          for (const id of ids) if (!jobs.has(id)) jobs.set(id, null);
          for (const [id, revision, owner, name] of found as [string, number, string, string][])
            jobs.set(id, { revision, owner, name });
        }),
      ];

const lockPlaces = (places: ReadonlySet<string>): Reading[] =>
  places.size === 0 ? [] : [reading(locks.places, [[...places]], () => undefined)];

const readCursors = (ids: ReadonlySet<string>): Reading[] =>
  ids.size === 0
    ? []
    : [
        reading(locks.cursors, [[...ids]], ({ cursors }, found) => {
          for (const id of ids) cursors.set(id, null);
          for (const [id, nextFireAt] of found as [string, number | null][])
            cursors.set(id, { nextFireAt, written: null });
        }),
      ];

const readRuns = (text: string, ids: ReadonlySet<string>): Reading[] =>
  ids.size === 0
    ? []
    : [
        reading(text, [[...ids]], ({ runs }, found) => {
          for (const id of ids) if (!runs.has(id)) runs.set(id, null);
          for (const row of found) runs.set(row[0] as string, toSeenRun(row));
        }),
      ];

const toSeenRun = (row: Row): SeenRun => {
  const [, jobId, state, leaseEpoch, idempotencyKey, stop] = row as [
    ...[string, string, RunState, number],
    ...[string | null, string | null],
  ];
  const stored = { state, leaseEpoch };
  const untouched = { values: null, lease: null, stopped: false, released: false };
  return { jobId, state, leaseEpoch, idempotencyKey, stop: rows.fromJson(stop), stored, ...untouched };
};

const readAttempts = (keys: Needs['attempts']): Reading[] =>
  keys.length === 0
    ? []
    : [
        reading(
          locks.attempts,
          [keys.map(({ runId }) => runId), keys.map(({ attempt }) => attempt)],
          ({ attempts }, found) => {
            for (const { runId, attempt } of keys) attempts.set(attemptKeyOf(runId, attempt), null);
            for (const [runId, attempt, state, place, cpu, memoryBytes] of found as [
              ...[string, number, Attempt['state'], string],
              ...[number, number],
            ][]) {
              const seen = { state, place, takes: { cpu, memoryBytes }, stored: state, values: null };
              attempts.set(attemptKeyOf(runId, attempt), seen);
            }
          },
        ),
      ];

const lockForgotten = (ids: ReadonlySet<string>): Reading[] =>
  ids.size === 0
    ? []
    : [
        reading(locks.forgotten, [[...ids]], ({ gone }, found) => {
          for (const [id] of found as [string][]) gone.set(id, true);
        }),
      ];

const readLeft = (ids: ReadonlySet<string>): Reading[] =>
  ids.size === 0
    ? []
    : [
        reading(locks.left, [[...ids]], ({ left }, found) => {
          for (const [jobId, run] of found as [string, string][]) left.set(jobId, [...(left.get(jobId) ?? []), run]);
        }),
      ];

const readUndisposed = (ids: ReadonlySet<string>): Reading[] =>
  ids.size === 0
    ? []
    : [
        reading(locks.undisposed, [[...ids]], ({ undisposed }, found) => {
          for (const [runId, attempt] of found as [string, number][])
            undisposed.set(runId, [...(undisposed.get(runId) ?? []), attemptKeyOf(runId, attempt)]);
        }),
      ];

const readGone = (ids: ReadonlySet<string>): Reading[] =>
  ids.size === 0
    ? []
    : [
        reading(locks.gone, [[...ids]], ({ gone }, found) => {
          for (const [id] of found as [string][]) gone.set(id, true);
        }),
      ];

const readNames = (wanted: Needs['names']): Reading[] =>
  wanted.length === 0
    ? []
    : [
        reading(locks.names, [wanted.map(({ owner }) => owner), wanted.map(({ name }) => name)], ({ names }, found) => {
          for (const [owner, name, id] of found as [string, string, string][]) names.set(nameOf(owner, name), id);
        }),
      ];

const readKeys = (wanted: Needs['keys']): Reading[] =>
  wanted.length === 0
    ? []
    : [
        reading(
          locks.keys,
          [wanted.map(({ jobId }) => jobId), wanted.map(({ idempotencyKey }) => idempotencyKey)],
          ({ keys }, found) => {
            for (const [jobId, key, id] of found as [string, string, string][]) keys.set(keyOf(jobId, key), id);
          },
        ),
      ];

const readActive = (ids: ReadonlySet<string>): Reading[] =>
  ids.size === 0
    ? []
    : [
        reading(locks.active, [[...ids]], ({ active }, found) => {
          const lists = new Map([...ids].map((id) => [id, [] as string[]]));
          for (const [jobId, id] of found as [string, string][]) lists.get(jobId)?.push(id);
          for (const [jobId, list] of lists) active.set(jobId, list);
        }),
      ];

const readTaken = (places: ReadonlySet<string>): Reading[] =>
  places.size === 0
    ? []
    : [
        reading(locks.taken, [[...places]], ({ taken }, found) => {
          for (const place of places) taken.set(place, { cpu: 0, memoryBytes: 0 });
          for (const [place, cpu, memoryBytes] of found as [string, number, number][])
            taken.set(place, { cpu, memoryBytes });
        }),
      ];

// The GPUs of all places stand under one lock, since places may have the same.
const everyGpu = 'GPUs of every place';

const readHeld = reading(attemptStatements.holding, [], ({ held }, found) => {
  held.set('all', found.flatMap(rows.toHeldGpus));
});

const readLedgers = (ledgers: Needs['ledgers']): Reading[] =>
  ledgers.size === 0
    ? []
    : [
        reading(
          locks.ledgers,
          [
            [...ledgers.keys()],
            [...ledgers.values()].map(({ from }) => from),
            [...ledgers.values()].map(({ to }) => to),
          ],
          ({ occurrences }, found) => {
            for (const jobId of ledgers.keys()) occurrences.set(jobId, []);
            for (const found1 of found) {
              const row = rows.toOccurrence(found1);
              const list = occurrences.get(row.jobId) ?? [];
              occurrences.set(row.jobId, [...list, { row, from: 'store', changed: false }]);
            }
          },
        ),
      ];
