import type { ExtraPackages } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import { openAttempts } from '../support/attempts.ts';
import { describeOnCluster, isReal, standIn, useCluster } from '../support/use-cluster.ts';

const hostile = 'a \'b\' "c" $HOME `id` \\ ü * $(HOME) $$(X)\nsecond line ';

const noPackages: ExtraPackages = {
  ...{ apt: [], conda: [], pip: [], cran: [] },
  ...{ requirementsTxt: null, environmentYml: null },
};

describeOnCluster('a run in a pod:', () => {
  const cluster = useCluster();

  describe('inside it the job', () => {
    it('has exactly the variables that it asks for, those of the executor, and those of its image', async () => {
      await using attempts = await openAttempts(cluster());
      const { log, handle } = await attempts.run({
        sh: 'printf environ:; cat /proc/self/environ | tr "\\0" "\\001"',
        env: { ODD: hostile, EMPTY: '', SAME: 'x=y' },
        secrets: [{ type: 'environment_variable', location: 'TOKEN', value: `s3cret ${hostile}` }],
      });
      const [, environ = ''] = log.split('environ:');
      const entries = environ
        .split('\u0001')
        .filter((entry) => entry.includes('='))
        .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)] as const);
      const { ODD, EMPTY, SAME, TOKEN, RUNYARD_ATTEMPT, HOME, TMPDIR, ...others } = Object.fromEntries(entries);
      expect({ ODD, EMPTY, SAME, TOKEN }).toEqual({ ODD: hostile, EMPTY: '', SAME: 'x=y', TOKEN: `s3cret ${hostile}` });
      expect({ RUNYARD_ATTEMPT, HOME, TMPDIR }).toEqual({
        ...{ RUNYARD_ATTEMPT: handle.key, HOME: '/runyard/home', TMPDIR: '/runyard/tmp' },
      });
      const ofCluster = /^(HOSTNAME|PATH|PWD|OLDPWD|SHLVL|_|NVIDIA_VISIBLE_DEVICES|KUBERNETES_\w+)$/;
      expect(Object.keys(others).filter((name) => !ofCluster.test(name))).toEqual([]);
    });

    it.for([
      ['the image’s user', {}],
      ['a user of the host’s choice', { user: { uid: 4711 } }],
    ] as const)('has the files of secrets in memory, for itself alone, as %s', async ([, options]) => {
      await using attempts = await openAttempts(cluster(), options);
      const { log, outcome } = await attempts.run({
        sh: [
          'cat keys/deep/token; stat -Lc "mode %a %u" keys/deep/token; id -u',
          'grep " $(dirname "$(readlink -f keys/deep/token)") " /proc/mounts | cut -d" " -f1,3',
        ].join('\n'),
        secrets: [{ type: 'file', location: 'keys/deep/token', value: `s3cret ${hostile}\n` }],
      });
      expect(outcome).toMatchObject({ class: 'exited', code: 0 });
      const uid = 'user' in options ? 4711 : 0;
      if (isReal && uid === 0) expect(log).toMatch(/mode 400 \d+\n/);
      else expect(log).toBe(`s3cret ${hostile}\nmode 400 ${uid}\n${uid}\ntmpfs tmpfs\n`);
    });

    it('keeps secrets and variables out of everything that one may read who may not read Secrets', async () => {
      await using attempts = await openAttempts(cluster());
      const values = ['value-of-a-variable', 'value-of-a-secret', 'value-in-a-file', 'value-in-the-script'];
      const [variable = '', secret = '', file = '', script = ''] = values;
      const attempt = await attempts.begin({
        sh: `test -n "${script}" && echo begun; test -n "$PLAIN" && test -n "$TOKEN" && test -s file && exit 6`,
        env: { PLAIN: variable },
        secrets: [
          { type: 'environment_variable', location: 'TOKEN', value: secret },
          { type: 'file', location: 'file', value: file },
        ],
      });
      expect(await attempt.outcome).toMatchObject({ class: 'exited', code: 6 });
      const readable = `${await cluster().admin.readable()}${JSON.stringify(attempt.handle)}${JSON.stringify(attempt.progress)}${await attempt.log()}`;
      expect(readable).toContain(attempt.handle.uid);
      for (const value of values) {
        expect(readable).not.toContain(value);
        expect(readable).not.toContain(Buffer.from(value).toString('base64').replace(/=+$/, '').slice(0, -1));
      }
    });

    it('may write where it works, and nowhere else; has no right that a root would have, and no token of the cluster', async () => {
      await using attempts = await openAttempts(cluster());
      const { log } = await attempts.run({
        sh: [
          'for dir in /runyard/workspace "$HOME" "$TMPDIR" /tmp /dev/shm; do echo x >"$dir/x" && echo "may $dir"; done',
          'for dir in / /etc /usr /runyard-secret; do (echo x >"$dir/x") 2>/dev/null && echo "may $dir"; done',
          'grep -E "^(CapEff|NoNewPrivs)" /proc/self/status | tr -s "\\t " " "',
          'ls /var/run/secrets/kubernetes.io 2>/dev/null',
          'exit 0',
        ].join('\n'),
      });
      expect(log).toBe(
        [
          ...['/runyard/workspace', '/runyard/home', '/runyard/tmp', '/tmp', '/dev/shm'].map((dir) => `may ${dir}\n`),
          'CapEff: 0000000000000000\nNoNewPrivs: 1\n',
        ].join(''),
      );
    });

    it('has beside it what a template of its own adds, and is told and heard as itself alone', async () => {
      await using attempts = await openAttempts(cluster(), { allowPodTemplate: true });
      const image = cluster().options.image ?? '';
      const shared = { name: 'shared', mountPath: '/shared' };
      const podTemplate = {
        metadata: { annotations: { 'example.org/team': 'a' } },
        spec: {
          volumes: [{ name: 'shared', emptyDir: {} }],
          containers: [
            { name: 'job', volumeMounts: [shared] },
            {
              ...{ name: 'helper', image, volumeMounts: [shared] },
              command: [
                'sh',
                '-c',
                'echo of the helper; until test -e /shared/asked; do sleep 0.1; done; echo 7 >/shared/said; exit 3',
              ],
            },
          ],
        },
      };
      const { outcome, log, handle } = await attempts.run({
        sh: 'touch /shared/asked; until test -s /shared/said; do sleep 0.1; done; exit "$(cat /shared/said)"',
        job: { executorOptions: { podTemplate } },
      });
      expect(outcome).toMatchObject({ class: 'exited', code: 7, phase: 'command' });
      expect(log).toBe('');
      const { metadata, spec } = await cluster().admin.pod(handle);
      expect(metadata.annotations).toMatchObject({ 'example.org/team': 'a' });
      expect(spec.containers?.map(({ name }) => name)).toEqual(['job', 'helper']);
    });

    it('has ended with its own end, and what a template has put beside it is ended then', async () => {
      await using attempts = await openAttempts(cluster(), { allowPodTemplate: true });
      const command = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];
      const podTemplate = { spec: { containers: [{ name: 'helper', image: cluster().options.image, command }] } };
      const { outcome, log, handle } = await attempts.run({
        sh: 'echo done',
        job: { executorOptions: { podTemplate } },
      });
      expect(outcome).toMatchObject({ class: 'exited', code: 0, phase: 'command' });
      expect(log).toBe('done\n');
      expect(await cluster().admin.pod(handle)).toMatchObject({ status: { phase: 'Failed' } });
    });
  });

  describe('it ends', () => {
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
      await expect(
        attempts.prepare({ sh: 'echo ran', job: { executorOptions: { podTemplate } } }),
      ).rejects.toMatchObject({
        outcome: {
          ...{ class: 'start-failed', reason: 'refused-by-cluster' },
          sentence: expect.stringContaining('executorOptions.podTemplate'),
        },
      });
    });
  });
});
