import type { ExtraPackages } from '@runyard/core';
import { expect, it } from 'vitest';
import { openAttempts } from '../support/attempts.ts';
import { describeOnCluster, isReal, standIn, useCluster } from '../support/use-cluster.ts';

const noPackages: ExtraPackages = {
  ...{ apt: [], conda: [], pip: [], cran: [] },
  ...{ requirementsTxt: null, environmentYml: null },
};

describeOnCluster('a run ends', () => {
  const cluster = useCluster();

  it.for([
    ['with the exit code of its command', 'exit 7', { class: 'exited', code: 7 }],
    ['with 137, where the command says so by itself', 'exit 137', { class: 'exited', code: 137 }],
    ['by a signal, with its name', 'kill -SEGV $$', { class: 'signalled', signal: 'SIGSEGV' }],
    ['by SIGKILL, which is not `exit 137`', 'kill -KILL $$', { class: 'signalled', signal: 'SIGKILL' }],
    ['with 127, where its program is not in the image', 'no-such-program', { class: 'exited', code: 127 }],
  ] as const)('%s', async ([, sh, expected]) => {
    await using attempts = await openAttempts(cluster());
    const { outcome, progress } = await attempts.run({ sh });
    expect(outcome).toMatchObject({ ...expected, phase: 'command' });
    expect(outcome.endedAt).toBeGreaterThan(Date.now() - 240_000);
    expect(progress.at(-1)).toMatchObject({ state: 'running' });
  });

  it('out of memory where it took more than its size has, and as that only', async () => {
    await using attempts = await openAttempts(cluster());
    const size = { name: 'tiny', cpu: 0.05, memoryBytes: 32 * 2 ** 20, gpu: null };
    const { outcome, log } = await attempts.run({ sh: 'echo begun; exec tail /dev/zero', size });
    expect(outcome).toMatchObject({ class: 'oom' });
    expect(log).toBe('begun\n');
  });

  it('in the phase that failed: packages without their tool', async () => {
    await using attempts = await openAttempts(cluster());
    const job = { extraPackages: { ...noPackages, cran: ['lme4'] } };
    const { outcome } = await attempts.run({ sh: 'echo ran', job });
    expect(outcome).toMatchObject({
      ...{ class: 'start-failed', reason: 'package-tool-missing', phase: 'extra-packages' },
      sentence: 'Extra packages: CRAN packages need R, which is not there.',
    });
  });

  it('in the phase that failed: a working directory that is not there', async () => {
    await using attempts = await openAttempts(cluster());
    const { outcome, log } = await attempts.run({ sh: 'echo ran', job: { workingDir: 'no/where' } });
    expect(outcome).toMatchObject({ class: 'start-failed', reason: 'working-dir-missing', phase: 'working-dir' });
    expect(outcome.sentence).toContain("'no/where'");
    expect(log).not.toContain('ran');
  });

  it('in the phase that failed: the start script, with what it printed in the log', async ({ skip }) => {
    skip(isReal, 'its image may have no bash');
    await using attempts = await openAttempts(cluster());
    const { outcome, log } = await attempts.run({
      sh: 'echo ran',
      job: { startScript: 'echo begun; [[ a == b ]]; exit 4' },
    });
    expect(outcome).toMatchObject({ class: 'exited', code: 4, phase: 'start-script' });
    expect(log).toBe('begun\n');
  });

  it('at once, where the image has no bash for a start script', async ({ skip }) => {
    const { images } = standIn(cluster(), skip, 'its image may have bash');
    await using attempts = await openAttempts(cluster());
    const { outcome } = await attempts.run({ sh: 'echo ran', job: { image: images.busybox, startScript: 'true' } });
    expect(outcome).toMatchObject({ class: 'start-failed', reason: 'bash-missing' });
  });

  it('when its image has not been there for long enough, in the words of the kubelet; nothing of it is left', async () => {
    await using attempts = await openAttempts(cluster(), { startTroubleMs: 1500, imagePullPolicy: 'Never' });
    const image = 'runyard.invalid/missing:1';
    const attempt = await attempts.begin({ sh: 'echo ran', job: { image } });
    const outcome = await attempt.outcome;
    expect(outcome).toMatchObject({ class: 'start-failed', reason: 'image-pull' });
    expect(outcome.sentence).toContain(image);
    expect(attempt.progress).toContainEqual(
      expect.objectContaining({ state: 'waiting', phase: 'image-pull', sentence: expect.stringContaining(image) }),
    );
    expect(attempt.progress.some(({ state }) => state === 'running')).toBe(false);
    const pods = await cluster().admin.pods(attempt.handle);
    expect(pods.map(({ status }) => status?.phase).filter((phase) => phase !== 'Failed')).toEqual([]);
  });

  it('as nobody’s fault, where the registry does not answer', async ({ skip }) => {
    standIn(cluster(), skip, 'what a kubelet says of that differs by its runtime');
    await using attempts = await openAttempts(cluster(), { startTroubleMs: 500, imagePullPolicy: 'IfNotPresent' });
    const { outcome } = await attempts.run({ sh: 'echo ran', job: { image: '127.0.0.1:1/team/train:1' } });
    expect(outcome).toMatchObject({ class: 'infrastructure', reason: 'registry-unreachable' });
  });

  it('at once, where no image can have such a name', async () => {
    await using attempts = await openAttempts(cluster());
    const launch = attempts.launch({ sh: 'echo ran' });
    const image = 'registry.example/UPPER:1';
    const { outcome } = await attempts.run({ ...launch, spec: { ...(launch.spec as object), image } });
    expect(outcome).toMatchObject({ class: 'start-failed', reason: 'image-pull' });
    expect(outcome.sentence).toContain(image);
  });

  it('at once, where the cluster refuses what is asked for, by the job’s field', async () => {
    await using attempts = await openAttempts(cluster(), { allowPodTemplate: true });
    const volumeMounts = [{ name: 'nothing', mountPath: '/x' }];
    const podTemplate = { spec: { containers: [{ name: 'job', volumeMounts }] } };
    await expect(attempts.prepare({ sh: 'echo ran', job: { executorOptions: { podTemplate } } })).rejects.toMatchObject(
      {
        outcome: {
          ...{ class: 'start-failed', reason: 'refused-by-cluster' },
          sentence: expect.stringContaining('executorOptions.podTemplate'),
        },
      },
    );
  });
});
