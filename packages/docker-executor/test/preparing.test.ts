import { once } from 'node:events';
import { mkdir, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { infrastructureFailed, type LaunchSource } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';
import { pack } from '../src/engine/tar.ts';
import { packFolder } from '../src/prepare/pack-folder.ts';
import { docker, remains } from './support/docker-command.ts';
import { useWorkbench } from './support/workbench.ts';

const source = (checkout: LaunchSource['checkout'], path = '.'): LaunchSource => ({
  url: 'https://example.com/code.git',
  commit: '0'.repeat(40),
  path,
  checkout,
  ref: null,
  submodules: false,
  lfs: false,
  credential: async () => null,
});

describe.skipIf(!dockerRuns)('a preparation', () => {
  const engine = useDocker();
  const bench = useWorkbench(engine);

  it('sends modes, symlinks, empty files and odd names as they are, and keeps nothing on this side', async () => {
    const { run, dataDir } = bench();
    const long = 'n'.repeat(180);
    const { output, outcome } = await run({
      sh: `stat -c '%a %N' run link 'odd ü "name"' empty; cat sub/${long}/file; ./run; git -C sub rev-parse --git-dir 2>&1 | head -c 5`,
      sources: [
        source(async (dir) => {
          await mkdir(join(dir, 'sub', long), { recursive: true });
          await writeFile(join(dir, 'run'), '#!/bin/sh\necho ran\n', { mode: 0o755 });
          await symlink('run', join(dir, 'link'));
          await writeFile(join(dir, 'odd ü "name"'), 'x');
          await writeFile(join(dir, 'empty'), '');
          await writeFile(join(dir, 'sub', long, 'file'), 'deep\n');
        }),
      ],
    });
    expect(outcome).toMatchObject({ class: 'exited' });
    expect(output).toContain('755 run');
    expect(output).toContain('link');
    expect(output).toContain('deep\nran\n');
    expect(await readdir(join(dataDir, 'docker-uploads'))).toEqual([]);
  });

  it('sends names and links that are no UTF-8 as they are', async () => {
    const { run } = bench();
    const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
    const long = 'l'.repeat(120);
    const { output } = await run({
      sh: 'find . | LC_ALL=C sort | od -v -An -c | tr -d " \\n"; cat d*/x*; readlink link | od -An -tx1',
      sources: [
        source(async (dir) => {
          const at = (name: string): Buffer => Buffer.concat([Buffer.from(`${dir}/`), bytes(name)]);
          await mkdir(at('d\xff'), { recursive: true });
          await writeFile(at('d\xff/x\xfe'), 'read');
          await writeFile(at(`\xe9${long}`), '');
          await symlink(bytes('to \xff'), at('link'));
        }),
      ],
    });
    const names = ['.', './d\xff', './d\xff/x\xfe', './link', `./\xe9${long}`].join('\n');
    const octal = (text: string): string => text.replace(/[\x80-\xff]/g, (c) => c.charCodeAt(0).toString(8));
    expect(output).toBe(`${octal(names).replaceAll('\n', '\\n')}\\nread 74 6f 20 ff 0a\n`);
  });

  it('whose sources cannot be read says so, and blames no engine', async () => {
    const { launch, executor, signal } = bench();
    const torn = launch({
      sh: 'true',
      sources: [
        source(async (dir) => {
          await rm(dir, { recursive: true });
        }),
      ],
    });
    await expect(executor.prepare(torn, signal)).rejects.toMatchObject({
      outcome: { class: 'infrastructure', reason: 'sources-unreadable', sentence: expect.stringContaining('ENOENT') },
    });
    expect(await remains(engine())).toEqual([]);
  });

  it('a source that becomes shorter while it is sent cannot be read', async () => {
    const dir = join(bench().dataDir, 'sources');
    await mkdir(dir);
    await writeFile(join(dir, 'file'), '');
    await truncate(join(dir, 'file'), 64 * 2 ** 20);
    const tar = pack();
    const packing = packFolder(tar, { path: Buffer.from(dir), name: Buffer.from('.'), owned: {} });
    const failing = expect(packing).rejects.toMatchObject({ outcome: { reason: 'sources-unreadable' } });
    // It waits, since nobody takes what it has read.
    await once(tar, 'readable');
    await truncate(join(dir, 'file'), 1);
    tar.on('error', () => {});
    tar.resume();
    await failing;
  });

  it('sends much, without holding it in memory', async () => {
    const { run } = bench();
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const timer = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }, 5);
    const { output } = await run({
      sh: 'ls | wc -l; cat * | wc -c',
      sources: [
        source(async (dir) => {
          await mkdir(dir, { recursive: true });
          for (let i = 0; i < 16; i++) await writeFile(join(dir, `f${i}`), Buffer.alloc(8 * 2 ** 20, i));
        }),
      ],
    });
    clearInterval(timer);
    expect(output).toBe(`16\n${128 * 2 ** 20}\n`);
    expect(most).toBeLessThan(100 * 2 ** 20);
  });

  it('that fails or is given up at any point leaves nothing', async () => {
    const { launch, executor, signal, dataDir } = bench();
    const failing = launch({
      sh: 'true',
      sources: [source(() => Promise.reject(infrastructureFailed('source-unreachable', 'No answer.')))],
    });
    await expect(executor.prepare(failing, signal)).rejects.toThrow('No answer.');
    const mounts = { spec: { owner: 'user:a', wishes: { mounts: [{ source: '/not/there', target: '/mnt' }] } } };
    const bad = bench({ mounts: [{ source: '/not/there' }] });
    await expect(bad.executor.prepare(bad.launch({ sh: 'true', ...mounts }), signal)).rejects.toMatchObject({
      outcome: { class: 'start-failed', reason: 'mount-failed' },
    });
    await expect(executor.prepare(launch({ sh: 'true', ...mounts }), signal)).rejects.toMatchObject({
      outcome: { class: 'start-failed', reason: 'not-allowed' },
    });
    for (let ms = 0; ms < 60; ms += 4) {
      const abort = new AbortController();
      const preparing = executor.prepare(launch({ sh: 'true' }), abort.signal);
      setTimeout(() => abort.abort(new Error('given up')), ms);
      const made = await preparing.catch(() => null);
      if (made) await executor.remove(made, signal);
    }
    expect(await remains(engine())).toEqual([]);
    expect(await readdir(join(dataDir, 'docker-uploads')).catch(() => [])).toEqual([]);
  });

  it('removes at the first look what a process that was killed had checked out', async () => {
    const { executor, signal, dataDir } = bench();
    await mkdir(join(dataDir, 'docker-uploads', 'u-left', 'deep'), { recursive: true });
    await executor.place(signal);
    expect(await readdir(join(dataDir, 'docker-uploads'))).toEqual([]);
  });

  it('that finds its attempt just started leaves it alone, though it looked inert a moment before', async () => {
    const { launch, executor, signal, outcome, output } = bench();
    const job = launch({ sh: 'echo once' });
    const handle = await executor.prepare(job, signal);
    const [, again] = await Promise.allSettled([
      executor.start(handle, { launch: job, signal }),
      executor.prepare(job, signal),
    ]);
    if (again.status === 'fulfilled') await executor.start(again.value, { launch: job, signal });
    const last = again.status === 'fulfilled' ? again.value : handle;
    expect(await outcome(last)).toMatchObject({ class: 'exited', code: 0 });
    expect((await output(last)).toString()).toBe('once\n');
  });

  it('mounts what the host lists', async () => {
    const { run } = bench({
      mounts: [
        { source: '/etc', name: 'settings' },
        { source: 'cache', readOnly: false },
      ],
    });
    const mounts = [
      { source: 'settings', target: '/settings' },
      { source: 'cache', target: '/cache' },
    ];
    const { output } = await run({
      sh: 'test -e /settings/hostname && echo there; touch /settings/x 2>/dev/null || echo read-only; touch /cache/x && echo written',
      spec: { owner: 'user:a', wishes: { mounts } },
    });
    expect(output).toBe('there\nread-only\nwritten\n');
    await docker(engine(), 'volume', 'inspect', 'cache'); // of the host, not of the attempt
  });

  it('has the labels of its attempt, and none of its image’s that say the same', async () => {
    const { start, launch, executor, signal } = bench({ image: 'labelled:1' });
    const base = await docker(engine(), 'create', engine().images.tools, 'true');
    await docker(engine(), 'commit', '--change', 'LABEL runyard.gpus=GPU-x', base, 'labelled:1');
    const job = launch({ sh: 'true' });
    await start(job);
    const listed = [];
    for await (const { gpus } of executor.list?.(job.installation, signal) ?? []) listed.push(gpus ?? []);
    expect(listed).toEqual([[]]);
  });

  it('that reaches another engine than before leaves nothing there, and is done again', async () => {
    await using swap = await swappedEngine(join(engine().dir, 'swap.sock'), engine().socket);
    const { executor, launch, signal } = bench({ host: `unix://${swap.path}` });
    const before = await executor.place(signal);
    swap.id = 'SWAP';
    await expect(executor.prepare(launch({ sh: 'true' }), signal)).rejects.toMatchObject({
      code: 'executor-unavailable',
      message: expect.stringContaining(before),
    });
    expect(await remains(engine())).toEqual([]);
  });
});

// The same engine under another id, once there is one: what comes of a socket behind which there is another engine all at once.
const swappedEngine = async (path: string, socketPath: string) => {
  const swap = { path, id: '' };
  const server = createServer(async (near, answer) => {
    const far = request({ socketPath, path: near.url, method: near.method, headers: near.headers });
    near.pipe(far);
    const [got] = (await once(far, 'response')) as [IncomingMessage];
    if (swap.id !== '' && near.url?.startsWith('/info'))
      return answer.end((await text(got)).replace(/"ID":"[^"]*"/, `"ID":"${swap.id}"`));
    answer.writeHead(got.statusCode ?? 0, got.headers);
    got.pipe(answer);
  });
  server.listen(path);
  await once(server, 'listening');
  return Object.assign(swap, {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
};
