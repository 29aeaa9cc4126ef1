import { Buffer } from 'node:buffer';
import { hostDev, type RunTool, type ToolAnswer, unlessAborted } from '@runyard/core/executor-kit';
import { type RawFrame, takeFrames } from '../engine/frames.ts';
import type { EngineCdi } from './engine-cdi.ts';
import type { ProbeBody, ProbeContainer, ProbeEngine } from './probe-engine.ts';

export interface ProbeOptions {
  engine: ProbeEngine;
  image: string;
  cdi: EngineCdi;
  /** It has to see the processes of the machine. */
  avoidForeign: boolean;
}

export const probeLabel = 'runyard.gpu-probe';
const limitMs = 20_000;

/** Runs a tool where the engine is, each time in a container of its own that sees all GPUs and nothing else, and is removed at once. */
export const probeTool =
  (options: ProbeOptions): RunTool =>
  async (command, args, signal) => {
    const limit = AbortSignal.timeout(limitMs);
    const either = AbortSignal.any([signal, limit]);
    const creating = options.engine.createContainer(bodyOf(command, args, options));
    try {
      const container = await unlessAborted(either, creating);
      await unlessAborted(either, container.start());
      return await answerOf(container, either);
    } catch (error) {
      signal.throwIfAborted();
      if (limit.aborted) throw new Error(`${command} did not answer within ${limitMs / 1000} s, in a container`);
      const words = error instanceof Error ? error.message : String(error);
      if (isAbsent(words)) return null;
      throw /no such image/i.test(words) ? notPulled(options.image) : error;
    } finally {
      // Also when nobody waits for it any more. What an engine keeps that is away, a later look removes.
      const removed = creating.then((container) => container.remove({ force: true, v: true }));
      await unlessAborted(either, removed).catch(() => {});
    }
  };

/** Removes what probes before us left behind when their host was killed. */
export const removeOldProbes = async (engine: ProbeEngine, now: number): Promise<void> => {
  const filters = JSON.stringify({ label: [`${probeLabel}=1`] });
  for (const { Id, Created } of await engine.listContainers({ all: true, filters }))
    if (Created * 1000 < now - 5 * 60_000)
      await engine
        .getContainer(Id)
        .remove({ force: true, v: true })
        .catch(() => {});
};

const answerOf = async (container: ProbeContainer, signal: AbortSignal): Promise<ToolAnswer> => {
  const { StatusCode } = await unlessAborted(signal, container.wait());
  const output = await unlessAborted(signal, container.logs({ stdout: true, stderr: true, follow: false }));
  const { frames } = takeFrames(Buffer.from(output));
  const textOf = (wanted: RawFrame['stream']): string =>
    Buffer.concat(frames.flatMap(({ stream, bytes }) => (stream === wanted ? [bytes] : []))).toString();
  return { code: StatusCode, stdout: textOf('stdout'), stderr: textOf('stderr') };
};

const bodyOf = (command: string, args: readonly string[], { image, cdi, avoidForeign }: ProbeOptions): ProbeBody => ({
  Image: image,
  Entrypoint: [command],
  Cmd: [...args],
  Env: ['LC_ALL=C'],
  Labels: { [probeLabel]: '1' },
  HostConfig: {
    NetworkMode: 'none',
    ...(avoidForeign && { PidMode: 'host' }),
    ...(accessOf[command] ?? amdTool)(cdi),
  },
});

type Access = (cdi: EngineCdi) => Omit<ProbeBody['HostConfig'], 'NetworkMode'>;

const amdTool: Access = () => ({
  Devices: ['/dev/kfd', '/dev/dri'].map((path) => ({
    PathOnHost: path,
    PathInContainer: path,
    CgroupPermissions: 'rwm',
  })),
});

const accessOf: Record<string, Access> = {
  'nvidia-smi': ({ devices }) => ({
    DeviceRequests: devices.includes('nvidia.com/gpu=all')
      ? [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] }]
      : [{ Driver: 'nvidia', Count: -1, Capabilities: [['gpu', 'utility']] }],
  }),
  // The AMD driver tells only of devices that its reader may open; whose nodes they are is seen from outside.
  sh: () => ({ DeviceCgroupRules: ['c 226:* rw'], Binds: [`/dev:${hostDev}:ro`] }),
};

// No driver, no tool in the image, no such device: there are no GPUs of that vendor.
const isAbsent = (words: string): boolean =>
  /could not select device driver|executable file not found|no such file or directory|error gathering device information/.test(
    words,
  );

const notPulled = (image: string): Error =>
  new Error(`the image ${image} of \`gpuProbeImage\` is not on the engine, pull it there (\`docker pull ${image}\`)`);
