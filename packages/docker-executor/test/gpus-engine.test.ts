import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, systemClock } from '@runyard/core';
import type { CachedGpus } from '@runyard/core/executor-kit';
import Docker from 'dockerode';
import { afterEach, describe, expect, it } from 'vitest';
import { eightGpus, type FakeGpu, fakeGpuCalls, fakeGpus } from '../../../test/engines/fake-gpus.ts';
import { dockerRuns, useDocker } from '../../../test/engines/use-docker.ts';
import { takeFrames } from '../src/engine/frames.ts';
import { type DockerGpusOptions, dockerGpus } from '../src/gpus/docker-gpus.ts';
import { engineCdi } from '../src/gpus/engine-cdi.ts';
import { withGpuEnv } from '../src/gpus/gpu-env.ts';
import { gpuFault } from '../src/gpus/gpu-fault.ts';
import { gpuHostConfig } from '../src/gpus/gpu-host-config.ts';
import { probeTool } from '../src/gpus/probe-tool.ts';

const { signal } = new AbortController();
const all = fakeGpus(eightGpus);
const device = (node: string): FakeGpu => all.find((each) => each.node === node) ?? ({} as FakeGpu);
const devices = 'cd /dev; for f in nvidia* nvidia-caps/*; do [ -c "$f" ] && echo "$f"; done; true';

/** Runs a container to its end, and gives what it printed and the id by which the driver knows it. */
const ran = async (docker: Docker, hostConfig: object, env: Record<string, string> = {}, command = devices) => {
  const container = await docker.createContainer({
    Image: 'runyard/busybox:1',
    Cmd: ['sh', '-c', command],
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    HostConfig: { NetworkMode: 'none', ...hostConfig },
  });
  try {
    await container.start();
    await container.wait();
    const log = (await container.logs({ stdout: true, stderr: true, follow: false })) as Buffer;
    const stdout = Buffer.concat(takeFrames(log).frames.map(({ bytes }) => bytes)).toString();
    return { id: container.id, lines: stdout.split('\n').filter(Boolean) };
  } finally {
    await container.remove({ force: true });
  }
};
const failure = async (docker: Docker, hostConfig: object): Promise<string> =>
  ran(docker, hostConfig).then(
    () => 'it started',
    (error: Error) => error.message,
  );
const ask = (held: FakeGpu[]) =>
  gpuHostConfig(
    held.map(({ uuid }) => uuid),
    [],
    { cdi: engineCdi({}) },
  );

describe.skipIf(!dockerRuns)('an engine with NVIDIA GPUs', () => {
  const engine = useDocker({ fakeGpus: eightGpus });
  const client = () => new Docker({ socketPath: engine().socket });
  const calls = () => fakeGpuCalls(join(engine().dir, 'gpu-calls.jsonl'));

  it.each([[['nvidia4']], [['nvidia2', 'nvidia0']], [['nvidia-caps/nvidia-cap63']]])(
    'a container has exactly the devices that it holds: %j',
    async (nodes) => {
      const { id, lines } = await ran(client(), ask(nodes.map(device)));
      const parents = nodes.some((node) => device(node).mig) ? ['nvidia6'] : [];
      expect(lines.sort()).toEqual([...nodes, ...parents, 'nvidiactl'].sort());
      const [call] = calls().filter(({ container }) => container === id);
      expect(call).toMatchObject({ visible: nodes.map((node) => device(node).uuid).join(','), refused: null });
    },
  );

  it('a job that asks for all of them by variable has only its own', async () => {
    const held = device('nvidia1');
    const env = withGpuEnv({ NVIDIA_VISIBLE_DEVICES: 'all' }, [held.uuid], []);
    expect((await ran(client(), ask([held]), env)).lines.sort()).toEqual(['nvidia1', 'nvidiactl']);
  });

  it('a job without one sees none', async () => {
    const env = withGpuEnv({}, [], []);
    expect((await ran(client(), ask([]), env)).lines).toEqual([]);
  });

  it('a device that is not there fails the start, in words that are understood', async () => {
    const words = await failure(
      client(),
      ask([{ ...device('nvidia1'), uuid: 'GPU-ffffffff-0000-4000-8000-000000000000' }]),
    );
    expect(words).toContain('device error: GPU-ffffffff-0000-4000-8000-000000000000: unknown device');
    expect(gpuFault(words)?.outcome).toMatchObject({ reason: 'gpu-missing' });
  });

  // Why there is one request, and no count in it.
  it('of two requests the last one wins in silence, and a count beside ids is refused', async () => {
    const request = (n: number) => ({
      Driver: 'nvidia',
      DeviceIDs: [device(`nvidia${n}`).uuid],
      Capabilities: [['gpu']],
    });
    const two = await ran(client(), { DeviceRequests: [request(0), request(1)] });
    expect(two.lines.sort()).toEqual(['nvidia1', 'nvidiactl']);
    expect(await failure(client(), { DeviceRequests: [{ ...request(0), Count: 1 }] })).toContain(
      'cannot set both Count and DeviceIDs',
    );
  });

  it('nvidia-smi comes along, and tells in the container what is in it', async () => {
    const { lines } = await ran(
      client(),
      ask([device('nvidia7')]),
      {},
      'nvidia-smi --query-gpu=uuid,name --format=csv,noheader',
    );
    expect(lines).toEqual([`${device('nvidia7').uuid}, NVIDIA L4`]);
  });

  describe('is looked at from afar', () => {
    const warnings: string[] = [];
    const logger: Logger = { debug() {}, info() {}, warn: (_, text) => void warnings.push(text), error() {} };
    const afar = { local: false, clock: systemClock(), logger };
    const open: CachedGpus[] = [];
    const look = (options: Partial<DockerGpusOptions> = {}) => {
      const gpus = dockerGpus(client(), { ...afar, gpuProbeImage: 'runyard/busybox:1', ...options });
      open.push(gpus);
      return gpus;
    };
    const containers = async () => (await client().listContainers({ all: true })).length;
    /** The reading may take longer than `get` waits. */
    const read = async (gpus: CachedGpus) => {
      for (;;) {
        await gpus.get(signal);
        const told = gpus.last();
        if (told) return told;
        await sleep(20);
      }
    };
    afterEach(async () => {
      await Promise.all(open.splice(0).map((gpus) => gpus.close()));
      warnings.splice(0);
    });

    it('through a container that is removed at once', async () => {
      expect((await read(look())).map(({ uuid }) => uuid)).toEqual(all.map(({ uuid }) => uuid));
      expect(await containers()).toBe(0);
      expect(warnings).toEqual([]);
    });

    it('and what another host left of such a container when it was killed is removed', async () => {
      await client().createContainer({ Image: 'runyard/busybox:1', Labels: { 'runyard.gpu-probe': '1' } });
      const later = { ...systemClock(), now: () => Date.now() + 10 * 60_000 };
      await read(look({ clock: later }));
      expect(await containers()).toBe(0);
    });

    it('and what others compute on is seen', async () => {
      const busy = join(engine().dir, 'gpu-busy');
      await writeFile(busy, `${device('nvidia3').uuid} 4242 /usr/bin/python3\n`);
      const told = await read(look({ avoidForeign: true }));
      await rm(busy);
      expect(told.flatMap(({ uuid, busy }) => (busy ? [[uuid, busy]] : []))).toEqual([
        [device('nvidia3').uuid, 'python3 (pid 4242)'],
      ]);
    });

    it('and the container is removed too when nobody waits for its answer any more', async () => {
      const run = probeTool({ engine: client(), image: 'runyard/busybox:1', cdi: engineCdi({}), avoidForeign: false });
      const enough = new AbortController();
      const answer = run('sh', ['-c', 'exec sleep 600'], enough.signal);
      while ((await client().listContainers()).length === 0) await sleep(20);
      enough.abort(new Error('enough'));
      await expect(answer).rejects.toThrow('enough');
      while ((await containers()) > 0) await sleep(20);
    });

    it('an image that is not there is a sentence for the log', async () => {
      expect(await read(look({ gpuProbeImage: 'nowhere/nothing:1' }))).toEqual([]);
      expect(warnings.join()).toMatch(/docker pull nowhere\/nothing:1/);
      expect(await containers()).toBe(0);
    });

    it('without an image for it only CDI could tell, which this engine has not', async () => {
      const gpus = dockerGpus(client(), afar);
      open.push(gpus);
      expect(await read(gpus)).toEqual([]);
    });
  });
});

describe.skipIf(!dockerRuns)('an engine without a driver', () => {
  const engine = useDocker();
  const client = () => new Docker({ socketPath: engine().socket });

  it('says so, in words that are understood', async () => {
    const words = await failure(client(), ask([device('nvidia0')]));
    expect(words).toContain('could not select device driver "nvidia"');
    expect(gpuFault(words)?.outcome).toMatchObject({ reason: 'gpu-driver-missing' });
  });

  it('has no GPUs, and a probe says what to install', async () => {
    const warnings: string[] = [];
    const logger: Logger = { debug() {}, info() {}, warn: (_, text) => void warnings.push(text), error() {} };
    const gpus = dockerGpus(client(), {
      local: false,
      gpuProbeImage: 'runyard/busybox:1',
      clock: systemClock(),
      logger,
    });
    while (gpus.last() === undefined) await gpus.get(signal);
    expect(gpus.last()).toEqual([]);
    expect(warnings.join()).toMatch(/sees no GPU.*nvidia-container-toolkit/);
    await gpus.close();
  });
});

it('the fake driver has 7 GPUs and 7 instances, each with a UUID of its own', () => {
  expect(all.filter(({ mig }) => mig)).toHaveLength(7);
  expect(new Set(all.map(({ uuid }) => uuid)).size).toBe(14);
});
