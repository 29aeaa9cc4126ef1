import { describe, expect, it } from 'vitest';
import { look, named } from './support/looks.ts';
import {
  aJob,
  anEvent,
  aPod,
  at,
  aView,
  complete,
  condition,
  ended,
  failed,
  type PodParts,
  runs,
  seenPod,
  type ViewParts,
  waits,
} from './support/objects.ts';

const seen = (parts: ViewParts, stopping = false): string => named(look(aView(parts), stopping));

describe('a Job that is suspended', () => {
  const queue = { 'kueue.x-k8s.io/queue-name': 'team-a' };

  it('is prepared before it was ever let go', () => {
    expect(seen({ job: aJob({ suspend: true }) })).toBe('prepared');
    expect(seen({ job: aJob({ suspend: true, conditions: [condition('Suspended', 'JobSuspended')] }) })).toBe(
      'prepared',
    );
  });

  it("waits in its queue, in Kueue's words where it has any", () => {
    const job = aJob({ suspend: true, labels: queue });
    expect(look(aView({ job }))).toEqual({
      state: 'waiting',
      phase: 'scheduling',
      sentence: "Waiting in the queue 'team-a'.",
    });
    const events = [
      anEvent('Pending', "couldn't assign flavors: insufficient quota", { of: job }),
      anEvent('CreatedWorkload', 'x', { of: job, first: 9 }),
    ];
    expect(look(aView({ job, events }))).toMatchObject({
      sentence: "Waiting in the queue 'team-a': couldn't assign flavors: insufficient quota",
    });
  });

  it.each([
    ['its start', { job: aJob({ suspend: true, started: true }) }],
    ['a pod of it', { job: aJob({ suspend: true }), pods: [aPod({ job: runs })] }],
    [
      'a pod that it had',
      {
        job: aJob({ suspend: true }),
        pods: [seenPod(aPod({ job: ended(137), deletedAt: 15, phase: 'Failed' }), { gone: true })],
      },
    ],
    [
      'an event of its pod',
      { job: aJob({ suspend: true }), events: [anEvent('SuccessfulCreate', 'x', { of: aJob() })] },
    ],
    [
      'an event of its start',
      { job: aJob({ suspend: true, labels: queue }), events: [anEvent('Resumed', 'x', { of: aJob() })] },
    ],
  ])('was suspended again where %s tells that it had been let go', (_, parts) => {
    expect(seen(parts)).toBe('suspended-again');
  });

  it('after its pod had ended by itself, is over', () => {
    expect(seen({ job: aJob({ suspend: true, started: true }), pods: [aPod({ job: ended(0) })] })).toBe(
      'finished=exited/0',
    );
    expect(seen({ job: aJob({ suspend: true, started: true }), pods: [aPod({ job: ended(7) })] })).toBe(
      'finished=exited/7',
    );
    expect(seen({ job: aJob({ suspend: true, started: true, conditions: complete }) })).toBe('finished=exited/0');
  });

  it('and deleted for that, ended its pod', () => {
    const pods = [seenPod(aPod({ job: ended(137), deletedAt: 15, phase: 'Failed' }), { gone: true })];
    expect(seen({ job: aJob({ suspend: true, started: true }), jobGone: true, pods })).toBe(
      'finished=infrastructure/suspended',
    );
  });

  it('and deleted before it was ever let go, is gone', () => {
    expect(seen({ job: aJob({ suspend: true, deleted: true }) })).toBe('ending');
    expect(seen({ job: aJob({ suspend: true }), jobGone: true })).toBe('gone');
  });
});

describe('a Job whose pod nobody saw', () => {
  const policy = (container: string, code: number, index = 1) =>
    failed(
      'PodFailurePolicy',
      `Container ${container} for pod jobs/train-1-abcde failed with exit code ${code} matching FailJob rule at index ${index}`,
    );
  const killing = anEvent('Killing', 'Stopping container job', { of: aPod(), container: 'job' });

  it.each([
    ['Complete', complete, [], 'exited/0'],
    ['Complete, but something killed it', complete, [killing], 'infrastructure/pod-deleted'],
    [
      'Complete, and something killed the pod of another Job',
      complete,
      [anEvent('Killing', 'x', { of: aPod({ name: 'train-12-abcde' }) })],
      'exited/0',
    ],
    ['Failed with our rule for exit codes', policy('job', 7), [], 'exited/7'],
    ['Failed with that rule, but something killed it', policy('job', 143), [killing], 'infrastructure/pod-deleted'],
    [
      'Failed with our rule for disruptions',
      failed(
        'PodFailurePolicy',
        'Pod jobs/train-1-abcde has condition DisruptionTarget matching FailJob rule at index 0',
      ),
      [],
      'infrastructure/disrupted',
    ],
    ['Failed in its sources', policy('source', 128, 2), [], 'start-failed/source-failed'],
    ['Failed in what a pod template added', policy('warm-up', 1, 2), [], 'start-failed/init-failed'],
    [
      'Failed by its deadline',
      failed('DeadlineExceeded', 'Job was active longer than specified deadline'),
      [],
      'timed-out',
    ],
    [
      'Failed, and says no more',
      failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit'),
      [],
      'lost',
    ],
    ['Failed by a rule in other words', failed('PodFailurePolicy', 'something new'), [], 'lost'],
  ])('is told by the Job: %s', (_, conditions, events, expected) => {
    const told = look(aView({ job: aJob({ conditions }), events }));
    expect([named(told), told]).toEqual([`finished=${expected}`, expect.objectContaining({ unseen: true })]);
    expect(seen({ job: aJob({ conditions }), events, jobGone: true })).toBe(`finished=${expected}`);
  });

  it('is told as a success that nothing but the Job tells of, since what killed a pod may be told by no event any more', () => {
    expect(look(aView({ job: aJob({ conditions: complete }) }))).toMatchObject({
      outcome: { class: 'exited', code: 0, sentence: 'Its pod is gone; its Job says Complete.' },
    });
  });

  it('likewise where its pod stood in no list any more', () => {
    const pods = [seenPod(aPod({ job: runs }), { gone: true })];
    expect(look(aView({ job: aJob({ conditions: complete }), pods }))).toMatchObject({
      state: 'finished',
      since: at(10),
      unseen: true,
    });
    expect(seen({ job: aJob({ conditions: policy('job', 7) }), pods })).toBe('finished=exited/7');
    expect(seen({ job: aJob(), jobGone: true, pods })).toBe('gone');
    expect(seen({ job: aJob({ deleted: true }), jobGone: true, pods })).toBe('finished=lost');
  });

  it('has an end that is not to come any more, or is waited for', () => {
    expect(seen({ job: aJob({ conditions: [condition('FailureTarget', 'BackoffLimitExceeded')] }) })).toBe('ending');
    expect(seen({ job: aJob({ conditions: [condition('SuccessCriteriaMet', 'CompletionsReached')] }) })).toBe('ending');
    expect(seen({ job: aJob({ deleted: true }) })).toBe('ending');
    expect(seen({ job: aJob({ conditions: [{ ...condition('Failed', 'x'), status: 'False' }] }) })).toBe(
      'waiting:scheduling',
    );
    expect(seen({ job: aJob(), jobGone: true })).toBe('gone');
    expect(seen({ job: null, jobGone: true })).toBe('gone');
  });

  it('that was never seen itself may still come', () => {
    expect(seen({ job: null })).toBe('waiting:scheduling');
  });
});

describe('a Job that is gone', () => {
  it('is told by its pod, seen to its end', () => {
    expect(seen({ jobGone: true, pods: [seenPod(aPod({ job: ended(7), phase: 'Failed' }), { gone: true })] })).toBe(
      'finished=exited/7',
    );
    expect(seen({ job: null, jobGone: true, pods: [aPod({ job: ended(0) })] })).toBe('finished=exited/0');
  });

  it('while its pod lives on, is on its way', () => {
    expect(seen({ jobGone: true, pods: [aPod({ job: runs })] })).toBe('ending');
    expect(seen({ jobGone: true, pods: [aPod({ phase: 'Pending', job: waits('ContainerCreating') })] })).toBe('ending');
  });

  it('of a pod that was stopped before anything saw it deleted, nothing tells: that may be another place', () => {
    const pods = [seenPod(aPod({ node: null, job: null, phase: 'Pending' }), { gone: true })];
    expect(seen({ jobGone: true, pods }, true)).toBe('gone');
    expect(seen({ job: aJob({ deleted: true }), jobGone: true, pods }, true)).toBe(
      'finished=infrastructure/stopped-before-start',
    );
  });
});

describe('a second pod of one attempt', () => {
  const first = (pod: PodParts) => seenPod(aPod({ name: 'first', ...pod }), { gone: pod.deletedAt !== undefined });
  const second = (pod: PodParts) => aPod({ name: 'second', createdAt: 100, ...pod });
  const evicted: PodParts = {
    job: ended(143),
    phase: 'Failed',
    deletedAt: 15,
    conditions: [condition('DisruptionTarget', 'EvictionByEvictionAPI')],
  };

  it('that lives after the first has failed has to be deleted, and the first counts', () => {
    for (const pod of [second({ job: runs }), second({ job: null, node: null, phase: 'Pending' })])
      expect(look(aView({ pods: [first(evicted), pod] }))).toMatchObject({
        state: 'suspended-again',
        outcome: { class: 'infrastructure', reason: 'evicted' },
      });
    expect(seen({ pods: [first(evicted), second({ job: ended(0) })] })).toBe('finished=infrastructure/evicted');
    expect(seen({ pods: [second({ job: ended(0) }), first(evicted)] })).toBe('finished=infrastructure/evicted');
  });

  it('that the controller made too much, and takes away again, counts for nothing', () => {
    const excess = second({ job: null, node: null, phase: 'Pending', deletedAt: 101 });
    expect(seen({ pods: [first({ job: runs }), excess] })).toBe('running');
    expect(seen({ pods: [first({ job: runs }), seenPod(excess, { gone: true })] })).toBe('running');
    expect(seen({ pods: [first({ job: ended(0) }), seenPod(excess, { gone: true })] })).toBe('finished=exited/0');
    expect(seen({ pods: [first({ job: ended(0) }), excess] })).toBe('ending');
    expect(
      seen({
        pods: [
          seenPod(aPod({ name: 'first', job: null, node: null, phase: 'Pending', deletedAt: 1 }), { gone: true }),
          second({ job: runs }),
        ],
      }),
    ).toBe('running');
  });
});

describe('an Indexed Job', () => {
  const job = (more = {}) => aJob({ completions: 3, ...more });
  const rank = (index: number, pod: PodParts = {}) => aPod({ index, job: runs, ...pod });

  it('succeeds when every rank has', () => {
    expect(seen({ job: job(), pods: [0, 1, 2].map((index) => rank(index, { job: ended(0) })) })).toBe(
      'finished=exited/0',
    );
    expect(seen({ job: job(), pods: [0, 1].map((index) => rank(index, { job: ended(0) })) })).toBe('running');
    expect(seen({ job: job(), pods: [rank(0, { job: ended(0) }), rank(1), rank(2)] })).toBe('running');
    expect(seen({ job: job({ conditions: complete }), pods: [rank(0, { job: ended(0) })] })).toBe('finished=exited/0');
  });

  it('ends as the rank that failed first, once the others are gone', () => {
    const failing = rank(1, { job: ended(5), phase: 'Failed' });
    const conditions = failed('BackoffLimitExceeded');
    expect(seen({ job: job(), pods: [rank(0), failing, rank(2)] })).toBe('ending');
    const deleted = {
      deletedAt: 22,
      phase: 'Failed',
      job: ended(143, { finishedAt: aPod().metadata.creationTimestamp.replace('00Z', '24Z') }),
    } as const;
    expect(look(aView({ job: job({ conditions }), pods: [rank(0, deleted), failing, rank(2, deleted)] }))).toEqual({
      state: 'finished',
      since: at(10),
      outcome: { class: 'exited', code: 5, endedAt: at(20), sentence: 'Rank 1: its command ended with exit code 5.' },
    });
    const succeeded = { ...deleted, phase: 'Succeeded', job: ended(0, deleted.job.terminated) } as const;
    expect(seen({ job: job({ conditions }), pods: [rank(0, succeeded), failing, rank(2, deleted)] })).toBe(
      'finished=exited/5',
    );
  });

  it('in the same second, ends as the lowest of the ranks, and as what ended by itself', () => {
    const conditions = failed('BackoffLimitExceeded');
    const [five, six] = [ended(5), ended(6)];
    expect(
      seen({ job: job({ conditions }), pods: [rank(2, { job: five }), rank(0, { job: six }), rank(1, { job: five })] }),
    ).toBe('finished=exited/6');
    const deleted = {
      job: ended(143, { finishedAt: '2026-11-21T20:00:30Z' }),
      phase: 'Failed',
      deletedAt: 20,
    } as const;
    expect(seen({ job: job({ conditions }), pods: [rank(0, deleted), rank(1, { job: five }), rank(2, deleted)] })).toBe(
      'finished=exited/5',
    );
  });

  it('ends for the rank that was taken from it, though the others failed of that sooner than it ended', () => {
    const conditions = failed('BackoffLimitExceeded');
    const taken = { job: ended(143, { finishedAt: '2026-11-21T20:00:40Z' }), phase: 'Failed', deletedAt: 15 } as const;
    const pods = [rank(0, { job: ended(1) }), rank(1, taken), rank(2, { job: ended(1) })];
    expect(look(aView({ job: job({ conditions }), pods }))).toMatchObject({
      outcome: { class: 'infrastructure', reason: 'pod-deleted', sentence: expect.stringMatching(/^Rank 1: /) },
    });
  });

  it('does not end for a rank that its controller took away, though clocks of nodes differ', () => {
    const conditions = failed('BackoffLimitExceeded', '', 22);
    const deleted = {
      job: ended(143, { finishedAt: '2026-11-21T20:00:24Z' }),
      phase: 'Failed',
      deletedAt: 22,
    } as const;
    const ahead = rank(1, { job: ended(5, { finishedAt: '2026-11-21T20:00:26Z' }) });
    expect(seen({ job: job({ conditions }), pods: [rank(0, deleted), ahead, rank(2, deleted)] })).toBe(
      'finished=exited/5',
    );
  });

  it('makes no more pods once its controller has heard of the failure', () => {
    const pods = [rank(0, { job: ended(5) })];
    expect(seen({ job: job(), pods })).toBe('ending');
    expect(seen({ job: job({ conditions: [condition('FailureTarget', 'BackoffLimitExceeded')] }), pods })).toBe(
      'finished=exited/5',
    );
    expect(seen({ job: job(), jobGone: true, pods })).toBe('finished=exited/5');
  });

  it('runs once one of its ranks does, and tells which cannot start', () => {
    const stuck = rank(2, { phase: 'Pending', job: waits('ErrImagePull', 'not found') });
    const early = rank(0, { job: { running: { startedAt: '2026-11-21T20:00:07Z' } } });
    expect(look(aView({ job: job(), pods: [early, rank(1), stuck] }))).toMatchObject({
      state: 'running',
      since: at(7),
      sentence: expect.stringMatching(/^Rank 2: .*not found/),
      trouble: { permanent: false, outcome: { class: 'start-failed', sentence: expect.stringMatching(/^Rank 2: /) } },
    });
    const invalid = rank(2, { phase: 'Pending', job: waits('InvalidImageName'), createdAt: 5 });
    const earlier = rank(0, { phase: 'Pending', job: waits('ErrImagePull', 'not found') });
    expect(seen({ job: job(), pods: [earlier, rank(1, { job: null, node: null }), invalid] })).toBe(
      'waiting:image-pull!!start-failed/image-pull',
    );
  });

  it('tells why a rank is not made', () => {
    const theJob = job();
    const events = [
      anEvent('FailedCreate', 'Error creating: pods "x" is forbidden: violates PodSecurity "restricted"', {
        of: theJob,
      }),
    ];
    expect(seen({ job: theJob, pods: [rank(0), rank(1)], events })).toBe('running!!start-failed/refused-by-cluster');
    expect(seen({ job: theJob, pods: [rank(0, { job: ended(0) })], events })).toBe(
      'running!!start-failed/refused-by-cluster',
    );
  });

  it('that was never seen itself has an unknown number of ranks', () => {
    expect(seen({ job: null, pods: [rank(0, { job: ended(0) })] })).not.toBe('finished=exited/0');
    expect(seen({ job: null, jobGone: true, pods: [rank(0, { job: ended(0) })] })).toBe('gone');
  });
});
