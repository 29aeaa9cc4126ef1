import { randomBytes } from 'node:crypto';
import type { ClusterObjects, KubeObject } from '../cluster.ts';
import type { Player } from './apply.ts';
import { type Choice, partOf } from './choice.ts';
import { createClock } from './clock.ts';
import { tellResumed, tellSuspended } from './suspension.ts';
import { createTrack, type Track } from './track.ts';

/** One Job that was created, and the recording that is played for it. */
export interface Play {
  readonly job: KubeObject;
  readonly choice: Choice;
  /** null: it waits for the Job's start. */
  track(): Track | null;
  /** The Job is not suspended any more. */
  started(): void;
}

export interface PlayOptions {
  objects: ClusterObjects;
  speed: number;
  job: KubeObject;
  choice: Choice;
  /** That track plays the object with that uid. */
  plays(uid: string, track: Track): void;
  ended(track: Track): void;
  deleteNamespace(namespace: string, at: number): void;
}

export function createPlay({ objects, speed, job, choice, plays, ended, deleteNamespace }: PlayOptions): Play {
  const { score, index } = choice;
  const part = partOf(choice);
  let track: Track | null = null;

  function begin(resumed: object | null): void {
    const now = Date.now();
    const names = namesFor(job, choice);
    const tracks = score.parts.map((each, at) => {
      const player: Player = { objects, own: at === index ? job : null, resumed };
      const created: Track = createTrack({
        score,
        part: each,
        player,
        clock: createClock({ startMs: score.startMs, speed, now }),
        names,
        plays: (uid) => plays(uid, created),
        ended: () => ended(created),
      });
      return created;
    });
    track = tracks[index] ?? null;
    if (score.namespaceDeletedAt !== null) {
      deleteNamespace(job.metadata.namespace ?? '', now + score.namespaceDeletedAt / speed);
    }
    for (const each of tracks) each.begin();
  }

  // Most recordings were made with Jobs that start at once. Those that are created suspended wait for their start then.
  if (!job.spec.suspend || part.job.suspended) begin(null);
  else tellSuspended(objects, job);

  return {
    job,
    choice,
    track: () => track,
    started() {
      if (track) track.call('start');
      else begin(tellResumed(objects, job));
    },
  };
}

// The Job's own names; those of a stranger's Job are its own in each play, unless it had the same name.
function namesFor({ metadata }: KubeObject, choice: Choice): Map<string, string> {
  const own = partOf(choice).job;
  const names = new Map([
    [choice.score.namespace, metadata.namespace ?? ''],
    [own.uid, metadata.uid],
    [own.name, metadata.name],
  ]);
  for (const { job } of choice.score.parts) {
    if (!names.has(job.name)) names.set(job.name, `${job.name}-${randomBytes(3).toString('hex')}`);
  }
  return names;
}
