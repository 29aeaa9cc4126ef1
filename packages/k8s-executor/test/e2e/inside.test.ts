import { expect, it } from 'vitest';
import { openAttempts } from '../support/attempts.ts';
import { describeOnCluster, isReal, useCluster } from '../support/use-cluster.ts';

const hostile = 'a \'b\' "c" $HOME `id` \\ ü * $(HOME) $$(X)\nsecond line ';

describeOnCluster('inside its pod a job', () => {
  const cluster = useCluster();

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
    const { outcome, log, handle } = await attempts.run({ sh: 'echo done', job: { executorOptions: { podTemplate } } });
    expect(outcome).toMatchObject({ class: 'exited', code: 0, phase: 'command' });
    expect(log).toBe('done\n');
    expect(await cluster().admin.pod(handle)).toMatchObject({ status: { phase: 'Failed' } });
  });
});
