import type { RunState } from '@runyard/core';
import { askedAgain, endsOnlyItsAttempt, isTerminal, rows, type SqlValue } from '@runyard/core/sql';
import { type Image, keyOf, put, type SeenRun } from '../image.ts';
import type { TakenOf } from '../take.ts';
import { inTheWay, type Refusal } from './refusal.ts';

export const insertRun = (image: Image, { run, values, whileActive }: TakenOf<'run.insert'>): Refusal | null => {
  if (whileActive) {
    const others = otherActive(image, run.jobId, whileActive);
    if (others) return others;
  }
  const { jobId, idempotencyKey } = run;
  const holder = idempotencyKey === null ? null : image.keys.get(keyOf(jobId, idempotencyKey));
  if (holder) return inTheWay(holder);
  if (image.runs.get(run.id)) return inTheWay(run.id);
  if (idempotencyKey !== null) put(image, image.keys, keyOf(jobId, idempotencyKey), run.id);
  const { state, leaseEpoch, stop } = run;
  const seen = { state, leaseEpoch, jobId, idempotencyKey, stop, stored: null, values, ...nothingElse };
  put(image, image.runs, run.id, seen);
  setActive(image, run.jobId, run.id, state);
  return null;
};

const nothingElse = { lease: null, stopped: false, released: false };

/** Null when the job's active runs are exactly the expected ones. */
export const otherActive = (image: Image, jobId: string, expected: readonly string[]): Refusal | null => {
  const active = image.active.get(jobId) ?? [];
  const unexpected = active.find((id) => !expected.includes(id));
  if (unexpected !== undefined) return { id: unexpected };
  return active.length === new Set(expected).size ? null : {};
};

// Behind all that are: in their order the first that is in the way is named.
const setActive = (image: Image, jobId: string, id: string, state: RunState): void => {
  const active = image.active.get(jobId);
  if (!active) return;
  if (isTerminal(state))
    put(
      image,
      image.active,
      jobId,
      active.filter((other) => other !== id),
    );
  else if (!active.includes(id)) put(image, image.active, jobId, [...active, id]);
};

export const writeRun = (image: Image, change: TakenOf<'run.write'>): Refusal | null => {
  const { run, values, expectEpoch, expectState, retry } = change;
  const before = image.runs.has(run.id) ? image.runs.get(run.id) : assumed(change);
  if (!before || before.leaseEpoch !== expectEpoch || before.state !== expectState) return {};
  const { state, leaseEpoch, idempotencyKey } = run;
  const over = retry && before.stop !== null && endsOnlyItsAttempt(before.stop) && !isTerminal(state);
  put(image, image.runs, run.id, {
    ...before,
    state,
    leaseEpoch,
    idempotencyKey,
    values,
    lease: null,
    released: false,
    ...(over ? { stop: null, stopped: true } : {}),
  });
  if (idempotencyKey !== null) put(image, image.keys, keyOf(run.jobId, idempotencyKey), run.id);
  setActive(image, before.jobId, run.id, state);
  return null;
};

const assumed = ({ run, expectEpoch, expectState }: TakenOf<'run.write'>): SeenRun => ({
  state: expectState,
  leaseEpoch: expectEpoch,
  jobId: run.jobId,
  idempotencyKey: run.idempotencyKey,
  stop: null,
  stored: { state: expectState, leaseEpoch: expectEpoch },
  values: null,
  ...nothingElse,
});

export const releaseKey = (image: Image, { id }: TakenOf<'run.release-key'>): Refusal | null => {
  const run = image.runs.get(id);
  if (!run || run.idempotencyKey === null) return {};
  put(image, image.keys, keyOf(run.jobId, run.idempotencyKey), null);
  const values = run.values && withColumn(run.values, 'idempotency_key', null);
  put(image, image.runs, id, { ...run, idempotencyKey: null, values, released: values === null });
  return null;
};

export const adoptRun = (image: Image, { id, instance, expectEpoch }: TakenOf<'run.adopt'>): Refusal | null => {
  const run = image.runs.get(id);
  if (!run || run.leaseEpoch !== expectEpoch || isTerminal(run.state) || run.state === 'queued') return {};
  const leaseEpoch = expectEpoch + 1;
  const values =
    run.values && withColumn(withColumn(run.values, 'lease_instance', instance), 'lease_epoch', leaseEpoch);
  put(image, image.runs, id, { ...run, leaseEpoch, values, lease: values === null ? instance : null });
  return null;
};

export const requestStop = (image: Image, { id, stop, epoch }: TakenOf<'run.request-stop'>): Refusal | null => {
  const run = image.runs.get(id);
  if (!run || isTerminal(run.state)) return {};
  if (epoch !== undefined && run.leaseEpoch !== epoch) return {};
  const kept = askedAgain(run.stop, stop);
  if (!kept) return {};
  put(image, image.runs, id, { ...run, stop: kept, stopped: true });
  return null;
};

const withColumn = (values: readonly SqlValue[], column: (typeof rows.runColumns)[number], value: SqlValue) =>
  values.with(rows.runColumns.indexOf(column), value);
