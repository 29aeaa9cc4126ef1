import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Executor, Launch } from '@runyard/core';
import { type ExecutorUnderTest, type Stranger, scriptLaunch } from '@runyard/core/testing';
import type { DockerEngine } from '../../../../test/engines/use-docker.ts';
import { dockerExecutor } from '../../src/docker-executor.ts';
import { docker, empty } from './docker-command.ts';
import { socketProxy } from './socket-proxy.ts';
import { temporaryHost } from './temporary-host.ts';

// What only lies there needs no driver.
const gpus = [1, 2].map((n) => ({
  uuid: `GPU-a1000000-0000-4000-8000-00000000000${n}`,
  model: 'NVIDIA L4',
  memoryBytes: 2 ** 30,
}));

/** The Docker executor on an engine that it does not share with other tests at the same time, for `describeExecutor`. */
export const dockerUnderTest = async (engine: DockerEngine): Promise<ExecutorUnderTest> => {
  const host = await temporaryHost();
  const proxy = await socketProxy(join(engine.dir, 'proxy.sock'), engine.socket);
  const make = (): Executor =>
    dockerExecutor({ host: `unix://${proxy.path}`, image: engine.images.tools, gpus })(host) as Executor;

  // A container of somebody else, by that name.
  const stranger = async (name: string): Promise<Stranger> => {
    const id = await docker(engine, 'run', '-d', '--name', name, engine.images.busybox, 'sleep', '1000');
    return {
      untouched: async () =>
        (await docker(engine, 'inspect', '-f', '{{.Id}} {{.State.Running}}', name)) === `${id} true`,
    };
  };

  return {
    executor: make(),
    another: async () => make(),
    launch: scriptLaunch,
    gpus: gpus.map(({ uuid }) => uuid),
    alive: (key) => carriers(`RUNYARD_ATTEMPT=${key}`),
    occupy: (launch) => stranger(nameOf(launch)),
    async unreachable() {
      await proxy.shut();
      return { back: () => proxy.open() };
    },
    async recycle(handle) {
      const name = await docker(engine, 'inspect', '-f', '{{.Name}}', String(handle.id));
      await docker(engine, 'rm', '-f', String(handle.id));
      return stranger(name.slice(1));
    },
    async dispose() {
      await proxy[Symbol.asyncDispose]();
      await empty(engine);
      await host[Symbol.asyncDispose]();
    },
  };
};

const nameOf = ({ installation, key }: Pick<Launch, 'installation' | 'key'>): string =>
  `runyard-${installation}-${key}`;

/** How many processes have that in their environment: those of containers are processes of this machine too. */
export const carriers = async (mark: string): Promise<number> => {
  const read = (pid: string, file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  let alive = 0;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)))
    if ((await read(pid, 'environ')).split('\0').includes(mark) && !(await read(pid, 'stat')).includes(') Z ')) alive++;
  return alive;
};
