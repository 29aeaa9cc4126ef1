import type { Attempt } from '@runyard/core';
import { allFitBeside, fits, heldAt, holdsGpus, isLive, type Resources } from '@runyard/core/sql';
import { attemptKeyOf, type Image, put, type SeenAttempt } from '../image.ts';
import type { TakenOf } from '../take.ts';
import type { Refusal } from './refusal.ts';

export const insertAttempt = (image: Image, change: TakenOf<'attempt.insert'>): Refusal | null => {
  const { attempt, values, within } = change;
  const { place, takes, state } = attempt;
  if (within && !fits(takes, image.taken.get(place) ?? nothing, within)) return {};
  if (attempt.gpus.length > 0 && !allFitBeside(attempt.gpus, heldAt(place, image.held.get('all') ?? []))) return {};
  const key = attemptKeyOf(attempt.runId, attempt.attempt);
  if (image.attempts.get(key)) return {};
  put(image, image.attempts, key, { state, takes, place, stored: null, values });
  weigh(image, attempt, 1);
  hold(image, attempt);
  return null;
};

export const writeAttempt = (image: Image, change: TakenOf<'attempt.write'>): Refusal | null => {
  const { attempt, values, expectState, epoch } = change;
  if (epoch !== undefined && image.runs.get(attempt.runId)?.leaseEpoch !== epoch) return {};
  const key = attemptKeyOf(attempt.runId, attempt.attempt);
  const before = image.attempts.has(key) ? image.attempts.get(key) : assumed(change);
  if (!before || before.state !== expectState) return {};
  const { state, takes, place } = attempt;
  put(image, image.attempts, key, { ...before, state, takes, place, values });
  weigh(image, before, -1);
  weigh(image, attempt, 1);
  hold(image, attempt);
  return null;
};

const assumed = ({ attempt, expectState }: TakenOf<'attempt.write'>): SeenAttempt => ({
  state: expectState,
  takes: attempt.takes,
  place: attempt.place,
  stored: expectState,
  values: null,
});

const nothing: Resources = { cpu: 0, memoryBytes: 0 };

// Only what has not ended takes something, and only places that somebody asks about are counted.
const weigh = (image: Image, { place, takes, state }: Pick<Attempt, 'place' | 'takes' | 'state'>, sign: 1 | -1) => {
  const taken = image.taken.get(place);
  if (!taken || !isLive(state)) return;
  put(image, image.taken, place, {
    cpu: taken.cpu + sign * takes.cpu,
    memoryBytes: taken.memoryBytes + sign * takes.memoryBytes,
  });
};

// Likewise: GPUs are counted where somebody asks for some.
const hold = (image: Image, attempt: Attempt): void => {
  const { runId, attempt: number, place, gpus } = attempt;
  const held = image.held.get('all');
  if (!held) return;
  const others = held.filter((lease) => lease.runId !== runId || lease.attempt !== number);
  const own = holdsGpus(attempt) ? gpus.map((lease) => ({ ...lease, place, runId, attempt: number })) : [];
  if (own.length > 0 || others.length < held.length) put(image, image.held, 'all', [...others, ...own]);
};
