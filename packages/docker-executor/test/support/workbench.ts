import type { Executor, Handle, Launch, Outcome } from '@runyard/core';
import { type DeedLaunch, scriptLaunch } from '@runyard/core/testing';
import { afterEach, beforeEach } from 'vitest';
import type { DockerEngine } from '../../../../test/engines/use-docker.ts';
import { dockerExecutor } from '../../src/docker-executor.ts';
import type { DockerExecutorOptions } from '../../src/options.ts';
import { empty } from './docker-command.ts';
import { temporaryHost } from './temporary-host.ts';

/** An executor on a test's engine, with the few verbs that its borders are told in. */
export interface Workbench {
  executor: Executor;
  engine: DockerEngine;
  dataDir: string;
  signal: AbortSignal;
  launch(parts: Parts): Launch;
  start(launch: Launch): Promise<Handle>;
  outcome(handle: Handle): Promise<Outcome>;
  /** What it printed, without the script's own lines; one of its streams, or both. */
  output(handle: Handle, stream?: 'stdout' | 'stderr'): Promise<Buffer>;
  /** Starts it, waits for its end, and tells both. */
  run(parts: Parts): Promise<{ handle: Handle; outcome: Outcome; output: string }>;
}

/** A launch whose command is a piece of shell. */
export type Parts = Omit<DeedLaunch, 'deed'> & { sh: string };

/** A workbench for each test of a `describe`; the engine is emptied after each. */
export const useWorkbench = (
  engine: () => DockerEngine,
  options: Partial<DockerExecutorOptions> = {},
): ((more?: Partial<DockerExecutorOptions>) => Workbench) => {
  let host: Awaited<ReturnType<typeof temporaryHost>>;
  const made: Executor[] = [];
  beforeEach(async () => {
    host = await temporaryHost();
  });
  afterEach(async () => {
    for (const executor of made.splice(0)) await executor.close?.();
    await empty(engine());
    await host[Symbol.asyncDispose]();
  });
  return (more = {}) => {
    const place = { host: `unix://${engine().socket}`, image: engine().images.tools };
    const executor = dockerExecutor({ ...place, ...options, ...more })(host) as Executor;
    made.push(executor);
    return workbench(executor, { engine: engine(), dataDir: host.dataDir });
  };
};

const workbench = (executor: Executor, place: Pick<Workbench, 'engine' | 'dataDir'>): Workbench => {
  const { signal } = new AbortController();
  const bench: Workbench = {
    ...place,
    executor,
    signal,
    launch: ({ sh, ...parts }) => {
      const launch = scriptLaunch({ deed: { does: 'print', text: '' }, ...parts });
      // The deed's command is the script's last line.
      const text = launch.script.text.replace(
        /exec sh -c .*\n$/,
        () => `exec sh -c '${sh.replaceAll("'", `'\\''`)}' sh\n`,
      );
      return { ...launch, script: { ...launch.script, text } };
    },
    async start(launch) {
      const handle = await executor.prepare(launch, signal);
      await executor.start(handle, { launch, signal });
      return handle;
    },
    outcome: (handle) => executor.wait(handle, { signal, onProgress() {} }),
    async output(handle, wanted) {
      const parts: Uint8Array[] = [];
      for await (const { bytes, stream } of executor.logs?.(handle, { signal }) ?? [])
        if ((wanted === undefined || stream === wanted) && bytes[0] !== 0x1e) parts.push(bytes);
      return Buffer.concat(parts);
    },
    async run(parts) {
      const handle = await bench.start(bench.launch(parts));
      const outcome = await bench.outcome(handle);
      return { handle, outcome, output: (await bench.output(handle)).toString() };
    },
  };
  return bench;
};
