import type { Outcome, Progress } from '@runyard/core';
import { deleteJob } from './end/delete-job.ts';
import { endAttempt } from './end/end-attempt.ts';
import { freshView, readEvents } from './fresh.ts';
import type { Ground } from './ground.ts';
import type { K8sHandle } from './handle.ts';
import type { Look } from './outcome/look.ts';
import { lookAt } from './outcome/look-at.ts';
import type { Followed } from './watch/mirror.ts';

export interface WaitOptions {
  ground: Ground;
  signal: AbortSignal;
  onProgress(progress: Progress): void;
}

/** Looks at what the watches tell, and again at each change of it, until the attempt has ended. While the API server is away, it waits. */
export const waitFor = async (handle: K8sHandle, options: WaitOptions): Promise<Outcome> => {
  const { ground, signal } = options;
  const report = reporter(options.onProgress, ground);
  using followed = ground.mirror.follow(handle.uid);
  // Once we have asked it to end, what becomes of it is our doing, also when whoever asked is done before we see it.
  const isOurs = once(() => ground.stopping.has(handle.uid));
  let asked = false;
  for (;;) {
    await followed.ready(signal);
    const look = lookNow(followed, isOurs(), ground);
    if ((look.state === 'finished' && look.unseen && !asked) || look.state === 'gone') {
      const isSo = await isGone(handle, options);
      if (isSo && asked && look.state === 'gone') return gone;
      asked = true;
      continue;
    }
    report(look);
    if (look.state === 'finished') return look.outcome;
    const cause = causeToEnd(look, ground);
    if (cause !== null) return endFor(cause, handle, { ...options, followed, report });
    await followed.changed(pauseFor(look, ground), signal);
  }
};

// One that stands in no list, and was in none before, is as good as gone.
const lookNow = (followed: Followed, stopping: boolean, { host }: Ground): Look => {
  const view = followed.view();
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

// The watches may not have heard yet of all, and a namespace that is gone has empty lists. What there is, the mirror learns of.
const isGone = async (handle: K8sHandle, { ground, signal }: WaitOptions): Promise<boolean> => {
  const { job, pods } = await freshView(ground, handle, signal);
  await readEvents(ground, signal);
  if (job !== null || pods.length > 0) return false;
  await ground.place.verify(handle.place, signal);
  return true;
};

const gone: Outcome = {
  class: 'lost',
  sentence:
    'Its Job is gone from the namespace, with its pods: somebody else deleted it, or it was over for longer than ttlSecondsAfterFinished.',
};

// What cannot start by itself any more, what would run twice, or what is over but for what stands beside it.
const causeToEnd = (look: Look, { host, settings }: Ground): Outcome | null => {
  if (look.state === 'suspended-again') return suspended;
  if (look.state === 'ending' && look.lingers) return lingering;
  if ((look.state !== 'waiting' && look.state !== 'running') || look.trouble === undefined) return null;
  const { permanent, since, outcome } = look.trouble;
  return permanent || host.clock.now() - since >= settings.startTroubleMs ? outcome : null;
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

const pauseFor = (look: Look, { host, settings }: Ground): number => {
  const trouble = look.state === 'waiting' || look.state === 'running' ? look.trouble : undefined;
  if (trouble === undefined) return atMostMs;
  return Math.min(atMostMs, Math.max(1, trouble.since + settings.startTroubleMs - host.clock.now()));
};

const atMostMs = 30_000;

// It may have begun in the last moment: then what became of it counts.
const endFor = async (
  cause: Outcome,
  handle: K8sHandle,
  { ground, followed, signal, report }: WaitOptions & { followed: Followed; report(look: Look): void },
): Promise<Outcome> => {
  ground.stopping.add(handle.uid);
  if (cause === suspended) await deleteJob(ground, handle, signal);
  await endAttempt(handle, { ground, followed, graceMs: null, signal });
  const look = lookNow(followed, true, ground);
  report(look);
  return look.state === 'finished' && look.since !== undefined && cause !== suspended ? look.outcome : cause;
};

// What has ended ran before, if it ever did.
const reporter = (onProgress: WaitOptions['onProgress'], { host }: Ground): ((look: Look) => void) => {
  let last = '';
  return (look) => {
    const progress = progressOf(look, host.clock.now());
    if (progress === null) return;
    const said = `${progress.state} ${progress.phase ?? ''} ${progress.sentence ?? ''}`;
    if (said === last) return;
    last = said;
    onProgress(progress);
  };
};

const progressOf = (look: Look, now: number): Progress | null => {
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
      return { state: 'running', at: look.since };
    case 'finished': {
      const { phase } = look.outcome;
      return look.since === undefined
        ? null
        : { state: 'running', at: look.since, ...(phase !== undefined && { phase }) };
    }
    default:
      return null;
  }
};
