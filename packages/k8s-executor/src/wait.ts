import type { Outcome, Progress } from '@runyard/core';
import { deleteJob } from './end/delete-job.ts';
import { endAttempt } from './end/end-attempt.ts';
import { freshView, readJob } from './fresh.ts';
import type { Ground } from './ground.ts';
import type { K8sHandle } from './handle.ts';
import type { Look } from './outcome/look.ts';
import { lookAt } from './outcome/look-at.ts';
import type { Followed } from './watch/mirror.ts';
import type { View } from './watch/view.ts';

export interface WaitOptions {
  ground: Ground;
  signal: AbortSignal;
  onProgress(progress: Progress): void;
}

/** Looks at what the watches tell, and again at each change of it, until the attempt has ended. While the API server is away, it waits. */
export const waitFor = async (handle: K8sHandle, options: WaitOptions): Promise<Outcome> => {
  const { ground, signal } = options;
  const report = reporter(options.onProgress, ground);
  const patience = patienceWith(ground);
  using followed = ground.mirror.follow(handle.uid);
  // Once we have asked it to end, what becomes of it is our doing, also when whoever asked is done before we see it.
  const isOurs = once(() => ground.stopping.has(handle.uid));
  for (let asked = false; ; ) {
    await followed.ready(signal);
    let look = lookNow(followed.view(), isOurs(), ground);
    if (look.state === 'suspended-again') {
      // Of Jobs and of pods two watches tell: a pod may be heard of before its Job's start.
      const job = await readJob(ground, handle, signal);
      if (job !== null) ground.mirror.take('job', job);
      look = lookNow(followed.view(), isOurs(), ground);
    }
    if (look.state === 'gone' || (look.state === 'finished' && look.unseen && !asked)) {
      // The watches may not have heard yet of all; what there is, the mirror learns of.
      const fresh = await freshView(ground, handle, signal);
      await ground.readEvents(signal);
      asked = true;
      look = lookNow(followed.view(), isOurs(), ground);
      if (look.state === 'gone' && isEmpty(fresh)) return gone;
      if (look.state === 'gone') look = lookNow(fresh, isOurs(), ground);
    } else asked = false;
    report(look, followed.view());
    if (look.state === 'finished' && (asked || !look.unseen)) return look.outcome;
    const cause = patience.over(look);
    const again = look.state === 'suspended-again';
    if (cause !== null) return await endFor({ cause, again }, handle, { ...options, followed, report });
    await followed.changed(patience.pauseMs(look), signal);
  }
};

// One that stands in no list, and was in none before, is as good as gone.
const lookNow = (view: View, stopping: boolean, { host }: Ground): Look => {
  const known = view.job === null ? { ...view, jobGone: true } : view;
  return lookAt(known, { now: host.clock.now(), stopping });
};

/** Stays true. */
const once = (isSo: () => boolean): (() => boolean) => {
  let was = false;
  return () => {
    was ||= isSo();
    return was;
  };
};

const isEmpty = ({ job, pods }: View): boolean => job === null && pods.length === 0;

const gone: Outcome = {
  class: 'lost',
  sentence:
    'Its Job is gone from the namespace, with its pods: somebody else deleted it, or it was over for longer than ttlSecondsAfterFinished.',
};

/**
 * What cannot start by itself any more, what would run twice, or what is over but for what stands beside it, and how long that is borne. By our own monotonic clock, from when this process first saw it:
 * the cluster's stamps may be minutes off.
 */
const patienceWith = ({ host: { clock }, settings: { startTroubleMs } }: Ground) => {
  let since: number | null = null;
  const troubleOf = (look: Look) => (look.state === 'waiting' || look.state === 'running' ? look.trouble : undefined);
  return {
    over(look: Look): Outcome | null {
      if (look.state === 'suspended-again') return look.outcome ?? suspended;
      if (look.state === 'ending' && look.lingers) return lingering;
      const trouble = troubleOf(look);
      since = trouble === undefined ? null : (since ?? clock.monotonic());
      if (trouble === undefined || since === null) return null;
      return trouble.permanent || clock.monotonic() - since >= startTroubleMs ? trouble.outcome : null;
    },
    pauseMs(look: Look): number {
      if (troubleOf(look) === undefined || since === null) return atMostMs;
      return Math.min(atMostMs, Math.max(1, since + startTroubleMs - clock.monotonic()));
    },
  };
};

const suspended: Outcome = {
  class: 'infrastructure',
  reason: 'suspended',
  sentence:
    'Its Job was suspended while it ran, as a queue does that takes its place back: resumed it would have begun a second time, so it was deleted.',
};

// How it ended is told by its container.
const lingering: Outcome = {
  class: 'lost',
  sentence: 'Its container had ended, and what ran beside it in its pod was ended; nobody saw how it had.',
};

const atMostMs = 30_000;

// It may have begun in the last moment: then what became of it counts, unless that was the second time.
const endFor = async (
  { cause, again }: { cause: Outcome; again: boolean },
  handle: K8sHandle,
  { ground, followed, signal, report }: WaitOptions & { followed: Followed; report(look: Look, view: View): void },
): Promise<Outcome> => {
  ground.stopping.add(handle.uid);
  if (again) await deleteJob(ground, handle, signal);
  await endAttempt(handle, { ground, followed, graceMs: null, signal });
  const look = lookNow(followed.view(), true, ground);
  report(look, followed.view());
  return look.state === 'finished' && look.since !== undefined && !again ? look.outcome : cause;
};

// What has ended ran before, if it ever did.
const reporter = (onProgress: WaitOptions['onProgress'], { host }: Ground): ((look: Look, view: View) => void) => {
  let last = '';
  let waited = false;
  return (look, view) => {
    const now = host.clock.now();
    const progress = progressOf(look, { now, beganAt: waited ? () => now : (since) => ourTime(since, view, now) });
    if (progress === null) return;
    const said = `${progress.state} ${progress.phase ?? ''} ${progress.sentence ?? ''}`;
    if (said === last) return;
    last = said;
    // What was seen to begin began now, whatever the clocks of nodes say: a run limit is counted from it.
    waited = progress.state === 'waiting';
    onProgress(progress);
  };
};

// A node's clock may be far behind that of the cluster, or before ours.
const ourTime = (since: number, { job }: View, now: number): number =>
  Math.min(now, Math.max(since, Date.parse(job?.status?.startTime ?? '') || 0));

const progressOf = (look: Look, { now, beganAt }: { now: number; beganAt(since: number): number }): Progress | null => {
  switch (look.state) {
    case 'waiting': {
      const { phase, sentence } = look;
      return {
        state: 'waiting',
        at: now,
        ...(phase !== undefined && { phase }),
        ...(sentence !== undefined && { sentence }),
      };
    }
    case 'running':
      return { state: 'running', at: beganAt(look.since) };
    case 'finished': {
      const { phase } = look.outcome;
      return look.since === undefined
        ? null
        : { state: 'running', at: Math.min(now, look.since), ...(phase !== undefined && { phase }) };
    }
    default:
      return null;
  }
};
