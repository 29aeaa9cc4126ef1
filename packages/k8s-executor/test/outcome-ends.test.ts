import { describe, expect, it } from 'vitest';
import { sourceExits, wrapperExits } from '../src/manifest/inside.ts';
import type { Look } from '../src/outcome/look.ts';
import { trimPod } from '../src/watch/trim.ts';
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
  note,
  type PodParts,
  runs,
  seenPod,
  time,
  unknown,
  type ViewParts,
  waits,
} from './support/objects.ts';

const seen = (parts: ViewParts, stopping = false): string => named(look(aView(parts), stopping));
const podEnd = (pod: PodParts, more: ViewParts & { stopping?: boolean } = {}): string =>
  seen({ pods: [aPod(pod)], ...more }, more.stopping);
const outcomeOf = (parts: ViewParts, stopping = false) => {
  const told: Look = look(aView(parts), stopping);
  return told.state === 'finished' ? told.outcome : expect.fail(`it is ${told.state}`);
};

const beforeIts = (status: number, sentence?: string) =>
  ended(status, { message: note(status, { phase: '-', ...(sentence && { sentence }) }) });

describe('the end of the container `job`', () => {
  it.each([
    ['its exit code', ended(7), 'exited/7'],
    ['with a note, the same', ended(7, { message: note(7) }), 'exited/7'],
    ['0', ended(0, { message: note(0) }), 'exited/0'],
    ['a signal, by the note', ended(139, { message: note(139, { signalled: true }) }), 'signalled/SIGSEGV'],
    ['an exit code above 128, by the note', ended(139, { message: note(139) }), 'exited/139'],
    [
      'a missing working directory',
      ended(72, { message: note(72, { phase: 'working-dir' }) }),
      'start-failed/working-dir-missing',
    ],
    [
      'an index that did not answer',
      ended(75, { message: note(75, { phase: 'extra-packages' }) }),
      'infrastructure/package-index-unreachable',
    ],
    ['no shell for the script', beforeIts(127), 'start-failed/shell-missing'],
    ['no sh for the script', beforeIts(127, 'Its image has no sh.'), 'start-failed/shell-missing'],
    ['no bash for the script', beforeIts(127, 'Its image has no bash, which it needs.'), 'start-failed/bash-missing'],
    ['secrets that could not be placed', beforeIts(wrapperExits.secretsFailed, 'ln: x'), 'start-failed/secrets-failed'],
    ['folders that could not be made', beforeIts(wrapperExits.noFolders, 'It is full.'), 'start-failed/folders-failed'],
    ['something else before its script', beforeIts(2, 'odd'), 'start-failed/container-start'],
    [
      'started again, where nothing ran a second time',
      ended(125, { message: note(wrapperExits.ranBefore, { phase: '-', interrupted: true, sentence: 'Again.' }) }),
      'infrastructure/node-restarted',
    ],
    ['an exit code of the command that the wrapper has, too', ended(125, { message: note(125) }), 'exited/125'],
    ['out of memory', ended(137, { reason: 'OOMKilled' }), 'oom'],
    ['out of memory, and another exit code', ended(3, { reason: 'OOMKilled', message: note(3) }), 'oom'],
    [
      'a child out of memory, with which the command coped',
      ended(0, { reason: 'OOMKilled', message: note(0) }),
      'exited/0',
    ],
    ['killed with its wrapper', ended(137), 'infrastructure/killed-from-outside'],
    ['told to end by somebody', ended(0, { message: note(0, { interrupted: true }) }), 'infrastructure/terminated'],
    ['a note that does not fit is none', ended(137, { message: note(0) }), 'infrastructure/killed-from-outside'],
    ['a log that looks like one is none', ended(9, { message: note(0) }), 'exited/9'],
    [
      'a container that never began',
      ended(128, { reason: 'StartError', startedAt: '1970-01-01T00:00:00Z' }),
      'start-failed/container-start',
    ],
    ['likewise, of other runtimes', ended(127, { reason: 'ContainerCannotRun' }), 'start-failed/container-start'],
    [
      'no sh',
      ended(128, { reason: 'StartError', message: 'exec: "sh": executable file not found in $PATH' }),
      'start-failed/shell-missing',
    ],
    [
      'no bash',
      ended(128, { reason: 'StartError', message: 'exec: "/bin/bash": stat /bin/bash: no such file or directory' }),
      'start-failed/bash-missing',
    ],
    ['a node that was started anew', ended(255, { reason: 'Unknown' }), 'infrastructure/node-restarted'],
  ])('is told as %s', (_, job, expected) => expect(podEnd({ job })).toBe(`finished=${expected}`));

  it('without our wrapper 137 is an exit code, and a note none of ours', () => {
    expect(podEnd({ plain: true, job: ended(137) })).toBe('finished=exited/137');
    expect(podEnd({ plain: true, job: ended(72, { message: note(72, { phase: 'working-dir' }) }) })).toBe(
      'finished=exited/72',
    );
  });

  it('has its time, its phase, the sentence of the script, and when it began', () => {
    const job = ended(72, { message: note(72, { phase: 'working-dir', sentence: "There is no folder 'x'." }) });
    expect(look(aView({ pods: [aPod({ job })] }))).toEqual({
      state: 'finished',
      since: at(10),
      outcome: {
        class: 'start-failed',
        reason: 'working-dir-missing',
        sentence: "There is no folder 'x'.",
        phase: 'working-dir',
        endedAt: at(20),
      },
    });
  });

  it('is told before the phase of its pod changes, and not while another container runs', () => {
    const pod = aPod({ job: ended(0) });
    expect(seen({ pods: [pod] })).toBe('finished=exited/0');
    pod.spec.containers?.unshift({ name: 'sidecar' });
    pod.status?.containerStatuses?.unshift({ name: 'sidecar', state: runs });
    expect(seen({ pods: [pod] })).toBe('ending');
    const other = aPod({ job: ended(0) });
    other.status?.initContainerStatuses?.push({ name: 'sidecar', state: runs });
    expect(seen({ pods: [other] })).toBe('ending');
  });

  it('is told by the phase where the pod has no status of containers', () => {
    expect(podEnd({ phase: 'Succeeded', job: null })).toBe('finished=exited/0');
    expect(podEnd({ phase: 'Failed', job: null })).toBe('finished=lost');
  });

  it('of a pod whose Job was seen only when it had failed, the pod tells', () => {
    const job = aJob({ conditions: failed('BackoffLimitExceeded') });
    expect(podEnd({ phase: 'Failed', job: ended(7) }, { job })).toBe('finished=exited/7');
  });
});

describe('a sidecar, which the kubelet ends behind the container `job`', () => {
  const killed = ended(137, { reason: 'Error' });

  it('is waited for', () => {
    expect(podEnd({ job: ended(0, { message: note(0) }), sidecar: runs })).toBe('ending');
    expect(podEnd({ job: ended(3, { message: note(3) }), sidecar: runs })).toBe('ending');
    expect(podEnd({ job: waits('PodInitializing'), sidecar: runs, phase: 'Pending' })).toBe('waiting');
    expect(podEnd({ job: runs, sidecar: runs })).toBe('running');
  });

  it('says nothing of how the job ended', () => {
    const over = { sidecar: killed, phase: 'Failed' as const };
    expect(podEnd({ ...over, job: ended(3, { message: note(3) }) })).toBe('finished=exited/3');
    const well = { sidecar: killed, phase: 'Succeeded' as const };
    expect(podEnd({ ...well, job: ended(0, { message: note(0) }) }, { job: aJob({ conditions: complete }) })).toBe(
      'finished=exited/0',
    );
    expect(podEnd({ job: runs, sidecar: killed })).toBe('running');
    const { spec } = trimPod(aPod({ sidecar: runs }));
    expect(spec.initContainers?.at(-1)).toEqual({ name: 'proxy', restartPolicy: 'Always' });
  });
});

describe('what we asked to end', () => {
  it.each([
    ['a signal', ended(143, { message: note(143, { signalled: true, interrupted: true }) }), 'signalled/SIGTERM'],
    ['an exit code', ended(3, { message: note(3, { interrupted: true }) }), 'exited/3'],
    ['0', ended(0, { message: note(0, { interrupted: true }) }), 'exited/0'],
    ['killed with its wrapper after its grace', ended(137), 'signalled/SIGKILL'],
  ])('is told as it ended: %s', (_, job, expected) => {
    expect(podEnd({ job, deletedAt: 15 }, { stopping: true })).toBe(`finished=${expected}`);
    const byDeadline = { job, phase: 'Failed', reason: 'DeadlineExceeded', activeDeadlineSeconds: 1 } as const;
    expect(podEnd(byDeadline)).toBe(`finished=${expected}`);
    expect(podEnd({ ...byDeadline, deletedAt: 15 }, { jobGone: true })).toBe(`finished=${expected}`);
  });

  it.each([
    ['it was not scheduled', { node: null, job: null, phase: 'Pending', deletedAt: 15 }],
    ['its container was not made', { job: unknown, phase: 'Failed', deletedAt: 15 }],
    ['its sources came', { job: waits('PodInitializing'), source: ended(143), phase: 'Failed', deletedAt: 15 }],
    ['its sources came', { job: waits('PodInitializing'), source: unknown, phase: 'Failed', deletedAt: 15 }],
  ] as const)('never began: %s', (_, pod) => {
    const pods = [seenPod(aPod(pod), { gone: true })];
    expect(seen({ pods, jobGone: true }, true)).toBe('finished=infrastructure/stopped-before-start');
    const { deletedAt: __, ...left } = pod;
    const stopped = aPod({ ...left, phase: 'Failed', reason: 'DeadlineExceeded', activeDeadlineSeconds: 1 });
    expect(seen({ pods: [stopped] })).toBe('finished=infrastructure/stopped-before-start');
  });

  it('is lost where its pod was taken away by force', () => {
    const pods = [seenPod(aPod({ job: runs, deletedAt: 15 }), { gone: true })];
    expect(seen({ pods }, true)).toBe('finished=lost');
  });
});

describe('exit code 0 of a pod that was deleted', () => {
  const job = aJob({ conditions: complete });
  const of = (pod: PodParts): string => podEnd({ phase: 'Succeeded', ...pod }, { job });

  it('is a success where the container had ended before', () => {
    expect(of({ job: ended(0), deletedAt: 21 })).toBe('finished=exited/0');
  });

  it('is none where it ended after', () => {
    expect(of({ job: ended(0), deletedAt: 19 })).toBe('finished=infrastructure/pod-deleted');
  });

  it('in the same second, is what the note tells, and without one none', () => {
    expect(of({ job: ended(0), deletedAt: 20 })).toBe('finished=infrastructure/pod-deleted');
    expect(of({ job: ended(0, { message: note(0) }), deletedAt: 20 })).toBe('finished=exited/0');
    expect(of({ job: ended(0, { message: note(0, { interrupted: true }) }), deletedAt: 20 })).toBe(
      'finished=infrastructure/pod-deleted',
    );
  });

  it('is a success wherever nobody had reached the wrapper, however far apart the clocks of node and server are', () => {
    expect(of({ job: ended(0, { message: note(0) }), deletedAt: 17 })).toBe('finished=exited/0');
    const conditions = [condition('DisruptionTarget', 'EvictionByEvictionAPI', 'its words', 17)];
    expect(podEnd({ phase: 'Failed', job: ended(7, { message: note(7) }), conditions })).toBe('finished=exited/7');
  });

  it('is told by the generation that the kubelet knew, where the deletion was written anew at the end', () => {
    const pod = aPod({ phase: 'Succeeded', job: ended(0) });
    Object.assign(pod.metadata, { deletionTimestamp: time(22), deletionGracePeriodSeconds: 0, generation: 2 });
    Object.assign(pod.status ?? {}, { observedGeneration: 1 });
    expect(seen({ pods: [pod], job })).toBe('finished=exited/0');
    Object.assign(pod.status ?? {}, { observedGeneration: 2 });
    expect(seen({ pods: [pod], job })).toBe('finished=infrastructure/pod-deleted');
  });

  it('is told by when the deletion was first seen, or by the kubelet having killed it, on older clusters', () => {
    const pod = aPod({ phase: 'Succeeded', job: ended(0) });
    Object.assign(pod.metadata, { deletionTimestamp: time(22), deletionGracePeriodSeconds: 0 });
    expect(seen({ pods: [pod], job })).toBe('finished=exited/0');
    expect(seen({ pods: [seenPod(pod, { deletionAskedAt: at(18) })], job })).toBe(
      'finished=infrastructure/pod-deleted',
    );
    const killing = anEvent('Killing', 'Stopping container job', { of: pod, container: 'job' });
    expect(seen({ pods: [pod], job, events: [killing] })).toBe('finished=infrastructure/pod-deleted');
  });
});

describe('a pod that was deleted, not by us', () => {
  const pod = { phase: 'Failed', job: ended(143), deletedAt: 15 } as const;

  it.each([
    ['by somebody', { job: aJob({ conditions: failed('BackoffLimitExceeded') }) }, 'infrastructure/pod-deleted'],
    [
      'by somebody, though its Job counts a success',
      { job: aJob({ conditions: complete }) },
      'infrastructure/pod-deleted',
    ],
    [
      "by the Job's own deadline",
      { job: aJob({ conditions: failed('DeadlineExceeded', 'Job was active longer') }) },
      'timed-out',
    ],
    ['with its Job', { jobGone: true }, 'lost'],
    ['with its Job, in the foreground', { job: aJob({ deleted: true }) }, 'lost'],
    [
      'since its Job was suspended, and is gone',
      { job: aJob({ suspend: true }), jobGone: true },
      'infrastructure/suspended',
    ],
  ])('ends %s as %s', (_, more, expected) => expect(podEnd(pod, more)).toBe(`finished=${expected}`));

  it('with its namespace, where an event says so', () => {
    const job = aJob({ conditions: complete });
    const words =
      'Error creating: pods "x" is forbidden: unable to create new content in namespace jobs because it is being terminated';
    expect(podEnd(pod, { job, events: [anEvent('FailedCreate', words, { of: job })] })).toBe(
      'finished=infrastructure/namespace-terminating',
    );
  });

  it('waits for the Job to say why', () => {
    expect(podEnd(pod)).toBe('ending');
    expect(seen({ pods: [seenPod(aPod({ job: runs, deletedAt: 15 }), { gone: true })] })).toBe('ending');
    expect(seen({ pods: [seenPod(aPod({ job: runs }), { gone: true })] })).toBe('ending');
  });

  it('keeps the exit code in its sentence, and its time and phase', () => {
    const job = aJob({ conditions: failed('BackoffLimitExceeded') });
    const message = note(143, { signalled: true, interrupted: true });
    expect(outcomeOf({ job, pods: [aPod({ ...pod, job: ended(143, { message }) })] })).toMatchObject({
      sentence: expect.stringContaining('143'),
      phase: 'command',
      endedAt: at(20),
    });
  });

  it('by force: nobody knows how it ended, unless it never began', () => {
    const job = aJob({ conditions: failed('BackoffLimitExceeded') });
    const gone = (parts: PodParts) => [seenPod(aPod({ deletedAt: 15, ...parts }), { gone: true })];
    expect(seen({ job, pods: gone({ job: runs }) })).toBe('finished=lost');
    expect(seen({ job, pods: gone({ job: waits('PodInitializing'), source: runs, phase: 'Pending' }) })).toBe(
      'finished=infrastructure/pod-deleted',
    );
    const started = anEvent('Started', 'Container started', { container: 'job' });
    expect(seen({ job, pods: gone({ job: waits('PodInitializing'), phase: 'Pending' }), events: [started] })).toBe(
      'finished=lost',
    );
    const begun = { job: unknown, lastState: unknown, phase: 'Failed' } as const;
    expect(seen({ job, pods: gone(begun) })).toBe('finished=lost');
  });
});

describe("a pod's own deadline that is not ours", () => {
  it.each([undefined, 60])('is a timeout (activeDeadlineSeconds %s)', (activeDeadlineSeconds) => {
    const pod = {
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      job: ended(137),
      ...(activeDeadlineSeconds && { activeDeadlineSeconds }),
    } as const;
    expect(podEnd(pod)).toBe('finished=timed-out');
    expect(podEnd({ ...pod, job: waits('PodInitializing'), source: runs })).toBe('ending');
    expect(podEnd({ ...pod, job: unknown })).toBe('finished=timed-out');
  });
});

describe('what the cluster does for reasons of its own', () => {
  const disrupted = (reason: string, since = 15) => ({
    conditions: [condition('DisruptionTarget', reason, 'its words', since)],
  });

  it.each([
    ['EvictionByEvictionAPI', 'evicted'],
    ['DeletionByTaintManager', 'evicted'],
    ['TerminationByKubelet', 'evicted'],
    ['PreemptionByScheduler', 'preempted'],
    ['DeletionByPodGC', 'node-lost'],
    ['SomethingNew', 'disrupted'],
  ])('DisruptionTarget/%s is %s, whatever the exit code', (reason, expected) => {
    for (const job of [ended(0), ended(143), ended(137), ended(1)])
      expect(podEnd({ phase: 'Failed', job, ...disrupted(reason) })).toBe(`finished=infrastructure/${expected}`);
    expect(outcomeOf({ pods: [aPod({ phase: 'Failed', job: ended(143), ...disrupted(reason) })] }).sentence).toContain(
      'its words',
    );
  });

  it('comes too late for a container that had ended', () => {
    expect(podEnd({ job: ended(0), ...disrupted('EvictionByEvictionAPI', 25), deletedAt: 25 })).toBe(
      'finished=exited/0',
    );
    expect(podEnd({ job: ended(7), ...disrupted('EvictionByEvictionAPI', 25), deletedAt: 25 })).toBe(
      'finished=exited/7',
    );
  });

  it('by the kubelet is told only once the container has ended, and had come before that', () => {
    expect(podEnd({ phase: 'Failed', job: ended(137), ...disrupted('TerminationByKubelet', 25) })).toBe(
      'finished=infrastructure/evicted',
    );
  });

  it('was withdrawn where the condition is False', () => {
    const withdrawn = { ...condition('DisruptionTarget', 'EvictionByEvictionAPI'), status: 'False' as const };
    expect(podEnd({ job: ended(7), conditions: [withdrawn] })).toBe('finished=exited/7');
    expect(podEnd({ job: runs, conditions: [withdrawn] })).toBe('running');
  });

  it.each([
    ['Evicted', 'evicted'],
    ['Preempting', 'preempted'],
    ['NodeShutdown', 'node-shutdown'],
    ['Terminated', 'node-shutdown'],
    ['NodeLost', 'node-lost'],
  ])('by the kubelet, which says only %s, is %s', (reason, expected) => {
    const pod = { phase: 'Failed', reason, message: 'The node was low on resource: memory.' } as const;
    expect(podEnd({ ...pod, job: ended(137) })).toBe(`finished=infrastructure/${expected}`);
    expect(podEnd({ ...pod, job: null })).toBe(`finished=infrastructure/${expected}`);
    // The wrapper knows that its script had ended before.
    expect(podEnd({ ...pod, job: ended(0, { message: note(0) }) })).toBe('finished=exited/0');
    expect(podEnd({ ...pod, job: ended(0, { message: note(0, { interrupted: true }) }) })).toBe(
      `finished=infrastructure/${expected}`,
    );
  });

  it.each([
    ['OutOfcpu', 'infrastructure/node-refused'],
    ['OutOfnvidia.com/gpu', 'infrastructure/node-refused'],
    ['UnexpectedAdmissionError', 'infrastructure/node-refused'],
    ['NodeAffinity', 'infrastructure/node-refused'],
    ['SysctlForbidden', 'start-failed/refused-by-node'],
    ['PodOSNotSupported', 'start-failed/refused-by-node'],
  ])('its node did not take it: %s', (reason, expected) => {
    const pod = { phase: 'Failed', reason, message: 'Pod was rejected' } as const;
    expect(podEnd({ ...pod, job: null })).toBe(`finished=${expected}`);
    expect(podEnd({ ...pod, job: waits('ContainerCreating'), source: waits('ContainerCreating') })).toBe(
      `finished=${expected}`,
    );
  });

  describe('a pod that has stored more than it may is its own doing', () => {
    const full = (message: string, more: PodParts = {}) =>
      ({ phase: 'Failed', reason: 'Evicted', message, job: ended(137), ...more }) as const;
    const workspace = 'Usage of EmptyDir volume "runyard" exceeds the limit "10Gi". ';

    it.each([
      [workspace, 'option `workspace` of k8sExecutor'],
      ['Usage of EmptyDir volume "runyard-shm" exceeds the limit "64Mi". ', '`executorOptions.shmSize`'],
      ['Usage of EmptyDir volume "theirs" exceeds the limit "1Gi". ', 'its volume theirs'],
      ['Container job exceeded its local ephemeral storage limit "1Gi". ', '`ephemeral-storage`'],
      ['Pod ephemeral local storage usage exceeds the total limit of containers 2Gi. ', '`ephemeral-storage`'],
    ])('and says what it filled: %s', (message, named) => {
      const outcome = outcomeOf({ pods: [aPod(full(message))] });
      expect(outcome).toMatchObject({ class: 'exited', code: 137, endedAt: at(20) });
      expect(outcome.sentence).toContain(named);
      expect(outcome.sentence).toContain(message.trim());
    });

    it('also where nobody knows its exit code, and never a success', () => {
      expect(podEnd(full(workspace, { job: unknown, lastState: unknown }))).toBe('finished=signalled/SIGKILL');
      const told = ended(0, { message: note(0, { interrupted: true }) });
      expect(podEnd(full(workspace, { job: told }))).toBe('finished=signalled/SIGKILL');
      expect(podEnd(full(workspace, { job: ended(0, { message: note(0) }) }))).toBe('finished=exited/0');
    });

    it('and it could not start where it was its sources that did not fit', () => {
      const fetching = full(workspace, { job: waits('PodInitializing'), source: ended(137) });
      expect(podEnd(fetching)).toBe('finished=start-failed/storage-limit');
    });

    it('unlike that of a node that runs full', () => {
      const message = 'The node was low on resource: ephemeral-storage. Container job was using 9Gi, request is 0. ';
      expect(podEnd(full(message))).toBe('finished=infrastructure/evicted');
    });
  });

  it('a lost node: the pod is on its way out until somebody proves it gone', () => {
    const lost = { job: runs, deletedAt: 15, ...disrupted('DeletionByTaintManager') } as const;
    const job = aJob({ conditions: [condition('FailureTarget', 'BackoffLimitExceeded')] });
    expect(podEnd(lost, { job })).toBe('ending');
    expect(podEnd({ ...lost, phase: 'Failed' }, { job })).toBe('ending');
    expect(seen({ job, pods: [seenPod(aPod(lost), { gone: true })] })).toBe('finished=infrastructure/evicted');
    const over = aJob({ conditions: failed('BackoffLimitExceeded') });
    expect(podEnd({ ...lost, phase: 'Failed' }, { job: over })).toBe('ending');
    expect(seen({ job: over, pods: [seenPod(aPod({ ...lost, phase: 'Failed' }), { gone: true })] })).toBe(
      'finished=infrastructure/evicted',
    );
  });

  it("and the Job's deadline: what came first counts", () => {
    const pod = (since: number) =>
      ({ phase: 'Failed', job: ended(143), deletedAt: 15, ...disrupted('EvictionByEvictionAPI', since) }) as const;
    const job = aJob({ conditions: failed('DeadlineExceeded', 'Job was active longer', 16) });
    expect(podEnd(pod(15), { job })).toBe('finished=infrastructure/evicted');
    expect(podEnd(pod(17), { job })).toBe('finished=timed-out');
  });

  it('a container that the kubelet did not find, and that had begun, is lost', () => {
    expect(podEnd({ phase: 'Failed', job: unknown, lastState: unknown })).toBe('finished=lost');
  });
});

describe('an init container that failed', () => {
  const job = (sources?: unknown) =>
    aJob({ annotations: { 'runyard.dev/sources': typeof sources === 'string' ? sources : JSON.stringify(sources) } });
  const sources = [
    { url: 'https://git.example/a', commit: 'a'.repeat(40) },
    { url: 'https://git.example/b', commit: 'b'.repeat(40) },
  ];
  const failing = (message?: string, more = {}) =>
    ({
      phase: 'Failed',
      job: waits('PodInitializing'),
      source: ended(128, { ...(message && { message }), ...more }),
    }) as const;

  it.each([
    ['fatal: unable to access: Could not resolve host: git.example', 'infrastructure/source-unreachable'],
    ['fatal: Authentication failed for https://git.example/b', 'start-failed/source-refused'],
    ['fatal: remote error: upload-pack: not our ref bbbb', 'start-failed/ref-not-found'],
  ])('with its note is what git said of that source: %s', (stderr, expected) => {
    const pods = [aPod(failing(`\u001erunyard-source 1 128\n${stderr}\n`))];
    expect(seen({ job: job(sources), pods })).toBe(`finished=${expected}`);
    expect(outcomeOf({ job: job(sources), pods }).sentence).toContain('https://git.example/b');
  });

  it.each([
    ['no note', sources, undefined],
    ['no annotation', undefined, '\u001erunyard-source 0 128\nfatal: x'],
    ['a source that is not there', sources, '\u001erunyard-source 7 128\nfatal: x'],
    ['an annotation that is no JSON', '{', '\u001erunyard-source 0 128\nfatal: x'],
    ['an annotation of another form', '[{"url": 1}]', '\u001erunyard-source 0 128\nfatal: x'],
  ])('is told with its exit code where there is %s', (_, annotation, message) => {
    const outcome = outcomeOf({ job: job(annotation), pods: [aPod(failing(message))] });
    expect(outcome).toMatchObject({
      class: 'start-failed',
      reason: 'source-failed',
      sentence: expect.stringContaining('128'),
    });
  });

  it('for what can never be fetched so, says what', () => {
    const words = 'The source would lie outside of the workspace: x';
    const message = `\u001erunyard-source 0 ${sourceExits.invalidSource}\n${words}`;
    const outcome = outcomeOf({ job: job(sources), pods: [aPod(failing(message))] });
    expect(outcome).toMatchObject({ class: 'start-failed', reason: 'invalid-source', sentence: words });
  });

  it('since it was told to end, is no failure of the sources', () => {
    const message = '\u001erunyard-source 0 143\nIt was told to end while its sources were fetched.';
    expect(podEnd(failing(message, { exitCode: 143 }), { job: job(sources) })).toBe(
      'finished=infrastructure/terminated',
    );
  });

  it('by want of memory says so', () => {
    expect(outcomeOf({ pods: [aPod(failing(undefined, { exitCode: 137, reason: 'OOMKilled' }))] })).toMatchObject({
      reason: 'source-failed',
      sentence: expect.stringContaining('memory'),
    });
  });

  it('has no begin of the command, and is the end only once its pod says so', () => {
    expect(look(aView({ pods: [aPod(failing())] }))).not.toHaveProperty('since');
    expect(podEnd({ ...failing(), phase: 'Pending' })).toBe('ending');
  });

  it('since it was deleted, is no failure of the sources', () => {
    const deleted = { ...failing(undefined, { exitCode: 143 }), deletedAt: 15 };
    expect(podEnd(deleted, { job: aJob({ conditions: failed('BackoffLimitExceeded') }) })).toBe(
      'finished=infrastructure/pod-deleted',
    );
    expect(podEnd(deleted, { job: aJob({ conditions: failed('DeadlineExceeded') }) })).toBe('finished=timed-out');
  });

  it('that a pod template added is named', () => {
    const pod = aPod(failing());
    pod.status?.initContainerStatuses?.unshift({ name: 'warm-up', state: ended(4) });
    expect(outcomeOf({ pods: [pod] })).toMatchObject({
      reason: 'init-failed',
      sentence: expect.stringContaining('warm-up'),
    });
  });

  it('whose node was started anew is no failure of the sources', () => {
    expect(podEnd(failing(undefined, { exitCode: 255, reason: 'Unknown' }))).toBe(
      'finished=infrastructure/node-restarted',
    );
  });
});

describe('what a template has put beside the container `job`', () => {
  const over = { job: ended(7), phase: 'Failed' } as const;
  const lingers = (...pods: PodParts[]): boolean | string => {
    const told = look(aView({ pods: pods.map(aPod), job: aJob(pods.length > 1 ? { completions: pods.length } : {}) }));
    return told.state === 'ending' ? told.lingers === true : told.state;
  };

  it('says nothing of how it ended', () => {
    expect(podEnd({ ...over, helper: ended(3) })).toBe('finished=exited/7');
    expect(podEnd({ ...over, sidecar: ended(143) })).toBe('finished=exited/7');
    expect(podEnd({ job: ended(0), phase: 'Succeeded', sidecar: ended(137) })).toBe('finished=exited/0');
    expect(podEnd({ job: runs, sidecar: ended(1) })).toBe('running');
  });

  it('and runs on is to be ended once all have ended, or one has failed', () => {
    expect(lingers({ job: ended(0), helper: runs })).toBe(true);
    expect(lingers({ job: ended(7), helper: runs })).toBe(true);
    expect(lingers({ job: runs, helper: runs })).toBe('running');
    expect(lingers({ index: 0, job: ended(0), helper: runs }, { index: 1, job: runs, helper: runs })).toBe('running');
    expect(lingers({ index: 0, job: ended(7), helper: runs }, { index: 1, job: runs, helper: runs })).toBe(true);
  });

  it('is left alone while a pod is on its way out for another reason', () => {
    expect(lingers({ job: ended(0), helper: runs, deletedAt: 25 })).toBe(false);
    expect(lingers({ index: 0, job: ended(0), helper: runs }, { index: 1, job: runs, deletedAt: 15 })).toBe(false);
    expect(lingers({ job: runs, helper: runs, deletedAt: 15 })).toBe(false);
  });
});
