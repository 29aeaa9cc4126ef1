import { RunyardError } from '../../domain/errors.ts';
import type { Handle } from '../../domain/run/run.ts';
import type { Executor, Inspection } from '../../ports/executor.ts';
import type { Host } from '../../ports/host.ts';
import { type GpuOption, gpuSource } from '../shared/gpu/gpu-source.ts';
import { localDrivers } from '../shared/gpu/local-drivers.ts';
import { localGpus } from '../shared/gpu/local-gpus.ts';
import { type AttemptFolder, attemptFolder } from './attempt-folder.ts';
import { type CapacityOption, capacityOf } from './capacity.ts';
import { checkCommand } from './check-command.ts';
import { readClaim, voidClaim } from './claim.ts';
import { passedOn } from './environment.ts';
import { asAttemptFault } from './faults.ts';
import { exists } from './files.ts';
import { readHandle } from './handle.ts';
import { createLauncher } from './launcher.ts';
import { listAttempts } from './list.ts';
import { readLog } from './logs.ts';
import { lookAt } from './look.ts';
import { warnIfJobsCannotOutlive } from './outlive.ts';
import { type ProcessSpec, parseSpec } from './parse-spec.ts';
import { openPlace, verifyPlace } from './place.ts';
import { prepareAttempt } from './prepare.ts';
import { deleteFolder } from './remove.ts';
import { startAttempt } from './start.ts';
import { endTree, stopAttempt } from './stop.ts';
import { waitFor } from './wait.ts';

export interface ProcessExecutorOptions {
  /** What runs here may use together: all of this machine (the default), any amount, or so many cores and bytes. */
  capacity?: CapacityOption;
  /** Names of variables of the host that jobs get too. Always passed: PATH, HOME, USER, LOGNAME, SHELL, LANG, LC_*, TZ. */
  env?: readonly string[];
  /**
   * The GPUs that jobs get: those that `nvidia-smi` or the AMD driver tell (`auto`, the default), none, or exactly these. A job sees
   * those that it holds and no others, through CUDA_VISIBLE_DEVICES and its like. None with capacity `unlimited`, where nothing is counted.
   */
  gpus?: GpuOption;
  /** Keeps off a GPU as long as a program that is not ours computes on it. Default false. */
  avoidForeign?: boolean;
}

/**
 * Runs jobs as processes of this machine, below the data directory, as the user that the host runs as. They outlive the host:
 * a small shell looks after each, and whoever holds the data directory next goes on waiting for it.
 *
 * For Linux. Written for macOS too, but not tested there. What a job starts is found again by its environment, its session
 * and its parent: a program that gives up all three at once (a daemon with an empty environment) escapes `stop`.
 */
export const processExecutor =
  (options: ProcessExecutorOptions = {}) =>
  (host: Host): Executor<ProcessSpec> => {
    refuseWindows();
    const capacity = capacityOf(options.capacity ?? 'machine');
    const folderOf = (handle: Handle): AttemptFolder => attemptFolder(host.dataDir, readHandle(handle, host.place));
    const atPlace = (): Promise<void> => verifyPlace(host);
    const { clock } = host;
    const launcher = createLauncher();
    const passed = passedOn(options.env ?? []);
    const noGpus = whyNoGpus(options);
    const avoidForeign = options.avoidForeign ?? false;
    const gpus = gpuSource({
      executor: 'processExecutor',
      gpus: noGpus === null ? (options.gpus ?? 'auto') : 'none',
      avoidForeign,
      find: localGpus({ avoidForeign }),
      clock,
      logger: host.logger,
    });
    const drivers = localDrivers({ clock });
    let warned = false;

    return {
      name: 'process',
      durable: true,
      async place() {
        await openPlace(host);
        if (!warned) void warnIfJobsCannotOutlive(host.logger);
        warned = true;
        return host.place;
      },
      parseSpec: (input) => parseSpec(input, noGpus),
      check: (_spec, job) => checkCommand(job, passed),
      async prepare(launch, signal) {
        try {
          await openPlace(host);
          return await prepareAttempt(launch, { host, launcher, signal });
        } catch (error) {
          throw asAttemptFault(error, host.dataDir);
        }
      },
      async start(handle, { launch, signal }) {
        const folder = folderOf(handle);
        if (!(await exists(folder.path))) await atPlace();
        try {
          const known = await gpus.known(launch.gpus, signal);
          const surrounds = { passed, gpus: known, drivers: await drivers() };
          await startAttempt(folder, { host, launch, signal, surrounds, launcher });
        } catch (error) {
          throw asAttemptFault(error, host.dataDir);
        }
      },
      async inspect(handle) {
        const look = await lookAt(folderOf(handle));
        if (look.state === 'missing') await atPlace();
        return inspectionOf(look);
      },
      wait: async (handle, { signal, onProgress }) =>
        waitFor(folderOf(handle), { clock, signal, onProgress, verifyPlace: atPlace }),
      async stop(handle, { graceMs, signal }) {
        const folder = folderOf(handle);
        if (!(await exists(folder.path))) return atPlace();
        await stopAttempt(folder, { graceMs, clock, signal });
      },
      async remove(handle, signal) {
        const folder = folderOf(handle);
        if (!(await exists(folder.path))) await atPlace();
        await removeAttempt(folder, host, signal);
      },
      async *logs(handle, { after, follow, signal }) {
        const rest = { ...(after !== undefined && { after }), ...(follow !== undefined && { follow }) };
        yield* readLog(folderOf(handle), { ...rest, signal, clock, verifyPlace: atPlace });
      },
      async *list(installation, signal) {
        await atPlace();
        yield* listAttempts(host, installation, signal);
      },
      ...(capacity !== null && { capacity: async (signal) => ({ ...capacity, gpus: await gpus.get(signal) }) }),
      async close() {
        await Promise.all([gpus.close(), launcher.close()]);
      },
    };
  };

const refuseWindows = (): void => {
  if (process.platform !== 'win32') return;
  throw new RunyardError(
    'invalid-option',
    'The process executor needs Linux or macOS. On Windows use the Docker executor: `executors: { docker: dockerExecutor() }` from @runyard/docker-executor.',
    { field: 'executors.process', expected: 'linux or darwin', received: process.platform },
  );
};

const whyNoGpus = ({ gpus, capacity }: ProcessExecutorOptions): string | null => {
  if (gpus === 'none') return "gives no GPUs away (its option `gpus` is 'none')";
  if (capacity !== 'unlimited') return null;
  return "does not count what is in use (its option `capacity` is 'unlimited'), so it gives no GPUs away";
};

const inspectionOf = (look: Awaited<ReturnType<typeof lookAt>>): Inspection => {
  if (look.state === 'finished') return { state: 'finished', outcome: look.outcome };
  return { state: look.state };
};

const removeAttempt = async (folder: AttemptFolder, host: Host, signal: AbortSignal): Promise<void> => {
  await voidClaim(folder);
  const claim = await readClaim(folder);
  if (claim.kind === 'run' || claim.kind === 'torn')
    await endTree(folder, claim, { graceMs: 0, clock: host.clock, signal });
  signal.throwIfAborted();
  await deleteFolder(folder);
};
