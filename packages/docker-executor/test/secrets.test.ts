import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';
import { docker } from './support/docker-command.ts';
import { useWorkbench } from './support/workbench.ts';

const secret = 'hunter2-in-the-engine';
const secrets = [
  { type: 'environment_variable' as const, location: 'TOKEN', value: secret },
  { type: 'file' as const, location: 'deep/er/key file', value: `${secret}\n` },
];

describe.skipIf(!dockerRuns)('secrets', () => {
  const engine = useDocker();
  const bench = useWorkbench(engine);

  it('are in the job, and nowhere in the engine', async () => {
    const { run } = bench();
    const { handle, output } = await run({
      sh: 'printf %s "$TOKEN" | wc -c; ls -lL "deep/er/key file" | cut -c1-10; wc -c <"deep/er/key file"',
      secrets,
    });
    expect(output).toBe(`${secret.length}\n-r--------\n${secret.length + 1}\n`);
    const told = [
      await docker(engine(), 'inspect', String(handle.id)),
      await readFile(join(engine().dir, 'log'), 'utf8'),
      await readFile(join(engine().dir, 'data/containers', String(handle.id), 'config.v2.json'), 'utf8'),
    ];
    for (const text of told) expect(text).not.toContain(secret);
  });

  it('that are files lie in memory, and in nothing that the engine writes to its disk', async () => {
    const { run } = bench();
    const { handle, output } = await run({ sh: 'stat -f -c %T -- "$(readlink "deep/er/key file")"', secrets });
    expect(output).toBe('tmpfs\n');
    const where = await docker(engine(), 'inspect', '-f', '{{(index .Mounts 0).Source}}', String(handle.id));
    const files = await readdir(where.trim(), { recursive: true, withFileTypes: true });
    expect(files.map(({ name }) => name)).toContain('key file');
    for (const { parentPath, name } of files.filter((each) => each.isFile()))
      expect(await readFile(join(parentPath, name), 'utf8')).not.toContain(secret);
  });

  it('may be large, and hold anything', async () => {
    const { run } = bench();
    const value = `${'x'.repeat(100_000)}\n'"$HOME\\ \u001e ü\n\nend`;
    const { output } = await run({ sh: 'md5sum <f; ', secrets: [{ type: 'file', location: 'f', value }] });
    const { createHash } = await import('node:crypto');
    expect(output).toBe(`${createHash('md5').update(value).digest('hex')}  -\n`);
  });

  it('that are files go where they say also over what a source brought, and never out of the workspace', async () => {
    const { run } = bench();
    const out = [{ type: 'file' as const, location: 'link/x', value: secret }];
    const source = {
      url: 'https://example.com/code.git',
      commit: '0'.repeat(40),
      path: '.',
      async checkout(dir: string) {
        const { mkdir, symlink } = await import('node:fs/promises');
        await mkdir(dir, { recursive: true });
        await symlink('/tmp', join(dir, 'link'));
      },
      ref: null,
      submodules: false,
      lfs: false,
      credential: async () => null,
    };
    expect((await run({ sh: 'cat /tmp/x', secrets: out, sources: [source] })).outcome).toMatchObject({
      class: 'start-failed',
      reason: 'secrets-failed',
    });
  });

  it('start an attempt once, also when several start it at once', async () => {
    const { launch, executor, signal, outcome, output } = bench();
    const job = launch({ sh: 'echo "$TOKEN"', secrets });
    const handle = await executor.prepare(job, signal);
    await Promise.all(Array.from({ length: 6 }, () => executor.start(handle, { launch: job, signal })));
    expect(await outcome(handle)).toMatchObject({ class: 'exited', code: 0 });
    expect((await output(handle)).toString()).toBe(`${secret}\n`);
  });

  it('of many lines come soon, also when two executors send them at once', async () => {
    const one = bench();
    const other = bench();
    const value = `${'line\n'.repeat(60_000)}end`;
    const large = [{ type: 'file' as const, location: 'f', value }];
    const job = one.launch({ sh: 'md5sum <f', secrets: large });
    const handle = await one.executor.prepare(job, one.signal);
    await Promise.all([one, other].map(({ executor, signal }) => executor.start(handle, { launch: job, signal })));
    expect(await one.outcome(handle)).toMatchObject({ class: 'exited', code: 0 });
    const { createHash } = await import('node:crypto');
    expect((await one.output(handle)).toString()).toBe(`${createHash('md5').update(value).digest('hex')}  -\n`);
  });

  it.each([
    { how: 'were not sent', start: ['start'] },
    { how: 'were cut off', start: ['start', '-i'] },
  ])('that $how, as by a host that died, leave the attempt inert: it can be started again', async ({ start }) => {
    const { launch, executor, signal, outcome, output } = bench();
    const job = launch({ sh: 'echo "$TOKEN"', secrets });
    const handle = await executor.prepare(job, signal);
    await docker(engine(), ...start, String(handle.id)).catch(() => {}); // its exit code is the container's
    expect(await executor.inspect(handle, signal)).toEqual({ state: 'prepared' });
    await executor.start(handle, { launch: job, signal });
    expect(await outcome(handle)).toMatchObject({ class: 'exited', code: 0 });
    expect((await output(handle)).toString()).toBe(`${secret}\n`);
  });
});
