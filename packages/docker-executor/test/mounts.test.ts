import { readdir } from 'node:fs/promises';
import type { Host } from '@runyard/core';
import { executorInput } from '@runyard/core/testing';
import { describe, expect, it } from 'vitest';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';
import { dockerExecutor } from '../src/docker-executor.ts';
import type { AllowedMount } from '../src/options.ts';
import { parseOptions } from '../src/options.ts';
import { mountsFor } from '../src/spec/mounts.ts';
import { docker } from './support/docker-command.ts';
import { useWorkbench } from './support/workbench.ts';

const field = (name: string, code = 'unsupported-by-executor') => expect.objectContaining({ code, field: name });
const list = (mounts: AllowedMount[], host = 'unix:///nowhere/engine.sock') =>
  dockerExecutor({ host, mounts })({} as Host);
const save = (wished: object[], mounts: AllowedMount[], owner = 'user:a') =>
  list(mounts).parseSpec(executorInput({ image: 'busybox', owner, executorOptions: { mounts: wished } }));

describe('a mount that a job asks for', () => {
  const mounts: AllowedMount[] = [
    { source: '/data/', readOnly: false },
    { source: 'cache', name: 'shared' },
    { source: '/private', owners: ['user:b'] },
    { source: '/private', owners: ['user:c', 'user:d'], readOnly: false },
  ];
  const ask = (source: string, more: object = {}, owner = 'user:a') =>
    save([{ source, target: '/mnt', ...more }], mounts, owner);
  const first = 'executorOptions.mounts.0';

  it('is one of the host’s list', () => {
    for (const source of ['/', '/data/sub', '/data/../etc', '/var/run/docker.sock', 'other', 'cache/', 'shared/'])
      expect(() => ask(source), source).toThrow(field(first));
    for (const source of ['/data', '/data/', 'cache', 'shared']) expect(ask(source)).toBeDefined();
  });

  it('is what any entry of its source allows its owner', () => {
    expect(() => ask('/private')).toThrow(field(first));
    expect(() => ask('/private')).toThrow('user:b, user:c, user:d');
    for (const owner of ['user:b', 'user:c', 'user:d']) expect(ask('/private', {}, owner)).toBeDefined();
    expect(ask('/private', { readOnly: false }, 'user:c')).toBeDefined();
    for (const [source, owner] of [
      ['/private', 'user:b'],
      ['shared', 'user:a'],
    ] as const)
      expect(() => ask(source, { readOnly: false }, owner)).toThrow(field(`${first}.readOnly`));
  });

  it('lies where nothing else lies', () => {
    for (const target of [
      'mnt',
      '/',
      '/mnt/',
      '/runyard',
      '/runyard/state',
      '/proc/x',
      '/sys',
      '/dev/shm',
      '/mnt/../runyard',
    ])
      expect(() => ask('/data', { target }), target).toThrow(field(`${first}.target`));
    const twice = [
      { source: '/data', target: '/mnt' },
      { source: 'cache', target: '/mnt' },
    ];
    expect(() => save(twice, mounts)).toThrow(field('executorOptions.mounts.1.target'));
  });

  it('is without what is mounted below it where it is only read, unless the host says otherwise', () => {
    const of = (more: object, wish: object = {}) =>
      mountsFor(
        { mounts: [{ source: '/data', target: '/mnt', ...wish }] },
        'user:a',
        parseOptions({ mounts: [{ source: '/data', ...more }] }),
      )[0];
    expect(of({})).toEqual({
      Type: 'bind',
      Source: '/data',
      Target: '/mnt',
      ReadOnly: true,
      BindOptions: { NonRecursive: true },
    });
    expect(of({ readOnly: false }, { readOnly: true })).toHaveProperty('BindOptions');
    expect(of({ readOnly: false })).not.toHaveProperty('BindOptions');
    expect(of({ recursive: true })).not.toHaveProperty('BindOptions');
  });
});

describe('what the host lists', () => {
  it('reaches the engine only for those whom it names', () => {
    for (const source of [
      ...['/', '/var/run', '/var/run/', '/run/docker.sock', '/var/run/docker.sock', '/run/user/1000/docker.sock'],
      ...['/run/user', '/run/user/0/podman', '/run/containerd/', '/nowhere', '/nowhere/engine.sock'],
    ]) {
      expect(() => list([{ source }]), source).toThrow(field('mounts.0.owners', 'invalid-option'));
      expect(list([{ source, owners: ['group:ops'] }])).toBeDefined();
    }
    expect(list([{ source: '/run/user/1000/mine' }])).toBeDefined();
    const socket = { source: '/var/run/docker.sock', owners: ['group:ops'] };
    const wish = [{ source: socket.source, target: '/docker.sock' }];
    expect(() => save(wish, [socket])).toThrow(field('executorOptions.mounts.0'));
    expect(save(wish, [socket], 'group:ops')).toBeDefined();
  });

  it('is a plain path, or the name of a volume', () => {
    for (const source of ['/a/../etc', '/a/..', '/a/./b', '/a//b', '/a:/b', '../a', 'a/b', 'a:b', ''])
      expect(() => list([{ source }]), source).toThrow(field('dockerExecutor.mounts.0.source', 'invalid-option'));
    for (const source of ['/', '/a..b', '/a/.b/', 'a.b-c_d'])
      expect(list([{ source, owners: [] }]), source).toBeDefined();
  });
});

describe.skipIf(!dockerRuns)('a mount on a real engine', () => {
  const engine = useDocker();
  const bench = useWorkbench(engine);

  it('that is only read can be written nowhere below it either', async () => {
    const { run } = bench({ mounts: [{ source: '/dev' }] });
    // A file system of its own, mounted there.
    const name = `runyard-mounts-${process.pid}`;
    const { output } = await run({
      sh: `touch /machine/shm/${name} 2>/dev/null && echo written; echo done`,
      spec: { wishes: { mounts: [{ source: '/dev', target: '/machine' }] } },
    });
    expect(output).toBe('done\n');
    expect(await readdir('/dev/shm')).not.toContain(name);
  });

  it('of the engine’s own files is for those whom the host names', async () => {
    const root = await docker(engine(), 'info', '-f', '{{.DockerRootDir}}');
    for (const source of [root, `${root}/volumes`]) {
      const spec = { owner: 'user:a', wishes: { mounts: [{ source, target: '/engine' }] } };
      const open = bench({ mounts: [{ source }] });
      await expect(open.start(open.launch({ sh: 'true', spec }))).rejects.toMatchObject({
        outcome: { class: 'start-failed', reason: 'not-allowed', sentence: expect.stringContaining(root) },
      });
      const named = bench({ mounts: [{ source, owners: ['user:a'] }] });
      expect((await named.run({ sh: 'true', spec })).outcome).toMatchObject({ class: 'exited', code: 0 });
    }
  });
});
