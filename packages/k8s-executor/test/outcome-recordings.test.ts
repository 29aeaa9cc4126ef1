import { describe, expect, it } from 'vitest';
import type { JobObject } from '../src/api/objects.ts';
import type { Look } from '../src/outcome/look.ts';
import { look, named } from './support/looks.ts';
import { httpOnly, type Recorded, recorded } from './support/recorded.ts';
import { type Frame, type Recording, recording, recordings } from './support/recordings.ts';
import { shuffled } from './support/shuffled.ts';
import { viewOf } from './support/views.ts';

const read = new Map<string, Recording>();
const ofRow = ({ name, job }: Recorded): { frames: readonly Frame[]; job: JobObject; stopAt: number } => {
  const all = read.get(name) ?? recording(name);
  read.set(name, all);
  const theJob = all.jobs[job] as JobObject;
  return { frames: all.frames, job: theJob, stopAt: all.deletedAt(theJob) };
};

// A cluster before 1.33 counts no generations of pods.
const asOfOldCluster = (frame: Frame): Frame => {
  if (frame.kind !== 'pod') return frame;
  const { generation: _, ...metadata } = frame.object.metadata;
  const { observedGeneration: __, ...status } = frame.object.status ?? {};
  return { ...frame, object: { ...frame.object, metadata, status } };
};

const title = ({ name, job, conclude }: Recorded): string => `${name}, Job ${job}: ${conclude}`;

describe('what was recorded', () => {
  it('is all in the table', () => {
    const jobs = recordings().flatMap((name) => recording(name).jobs.map((_, index) => `${name} ${index}`));
    expect(recorded.map(({ name, job }) => `${name} ${job}`)).toEqual(jobs);
    expect(recordings().filter((name) => recording(name).jobs.length === 0)).toEqual(httpOnly);
  });

  it.each(recorded.map((row) => [title(row), row] as const))('%s', (_, row) => {
    const { frames, job, stopAt } = ofRow(row);
    const mirror = viewOf(job.metadata.uid);
    const looks: string[] = [];
    for (const frame of frames) {
      mirror.take(frame);
      if (mirror.view().job === null) continue;
      const seen = named(look(mirror.view(), row.ours && frame.at >= stopAt));
      if (looks.at(-1) !== seen) looks.push(seen);
    }
    expect(looks.join(' > ')).toBe(row.looks);
  });
});

describe('with watches that lag behind one another', () => {
  const seeds = Array.from({ length: 200 }, (_, seed) => seed);

  it.each(recorded.map((row) => [title(row), row] as const))('%s', (_, row) => {
    const { frames, job } = ofRow(row);
    const final = lastOf(row.looks);
    const may = new Set([...row.looks.split(' > '), ...(row.alsoWhenLate ?? [])]);
    for (const seed of seeds) {
      const mirror = viewOf(job.metadata.uid);
      let last: Look = { state: 'gone' };
      for (const frame of shuffled(frames, seed)) {
        mirror.take(frame);
        if (!isOf(frame, mirror.view())) continue;
        last = look(mirror.view(), row.ours);
        if (isFinal(last)) expect([seed, may.has(named(last)), named(last)]).toEqual([seed, true, named(last)]);
      }
      expect([seed, named(last)]).toEqual([seed, final]);
    }
  });

  // What a pod's last version does not tell of its deletion, either its generations do, or the mirror remembers.
  it.each(recorded.map((row) => [title(row), row] as const))('and less to go by: %s', (_, row) => {
    const { frames, job } = ofRow(row);
    for (const seed of seeds.slice(0, 20)) {
      const remembering = viewOf(job.metadata.uid);
      const forgetting = viewOf(job.metadata.uid, { forgetsDeletions: true });
      for (const frame of shuffled(frames, seed)) {
        remembering.take(asOfOldCluster(frame));
        forgetting.take(frame);
      }
      for (const { view } of [remembering, forgetting])
        expect([seed, named(look(view(), row.ours))]).toEqual([seed, lastOf(row.looks)]);
    }
  });
});

const lastOf = (looks: string): string => looks.split(' > ').at(-1) ?? '';

// Of what only the Job tells, who waits asks for its pods once more.
const isFinal = (seen: Look): boolean => seen.state === 'finished' && !seen.unseen;

// A frame of another Job changes nothing.
const isOf = ({ object }: Frame, { job, pods, events }: ReturnType<ReturnType<typeof viewOf>['view']>): boolean =>
  object === job || pods.some(({ pod }) => pod === object) || events.some((event) => event === object);
