import type { Launch } from '../../ports/executor.ts';
import type { GpuDevice } from '../shared/gpu/gpu-device.ts';
import type { Drivers } from '../shared/gpu/local-drivers.ts';
import type { AttemptFolder } from './attempt-folder.ts';
import { visibleGpus } from './visible-gpus.ts';

/** Of the host's environment a job gets these and no others, besides those that the host's option `env` names. */
const alwaysPassed = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'TZ'];

export interface Surrounds {
  /** What of the host's environment is passed on. */
  passed: Readonly<Record<string, string>>;
  /** The GPUs that this executor gives away. */
  gpus: readonly GpuDevice[];
  drivers: Drivers;
}

/** All of a job's environment but its secrets, which reach it on another way. The job's own values win, but for what it may not choose. */
export const environmentOf = (
  { key, env, gpus: held }: Pick<Launch, 'key' | 'env' | 'gpus'>,
  folder: AttemptFolder,
  { passed, gpus, drivers }: Surrounds,
): Record<string, string> => ({
  PATH: '/usr/local/bin:/usr/bin:/bin',
  ...passed,
  ...env,
  ...visibleGpus(held, { devices: gpus, drivers }),
  // By this mark everything that it starts is found again.
  RUNYARD_ATTEMPT: key,
  RUNYARD_PHASE_FILE: folder.phase,
  RUNYARD_SCRATCH_DIR: folder.scratch,
});

/** What of the host's environment is passed on. Read once: each look at `process.env` asks the system for every variable. */
export const passedOn = (hostNames: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined &&
        (alwaysPassed.includes(entry[0]) || entry[0].startsWith('LC_') || hostNames.includes(entry[0])),
    ),
  );
