import type { ExtraPackages } from '../../domain/job/job.ts';
import { generateScript } from '../../domain/run/script.ts';
import type { Launch } from '../../ports/executor.ts';
import { type Deed, shellDeed } from './deeds.ts';

export interface DeedLaunch extends Partial<Omit<Launch, 'script'>> {
  deed: Deed;
  startScript?: string;
  workingDir?: string;
  extraPackages?: ExtraPackages;
}

/** A launch as the engine builds it, for executors that run the generated script. Each has a key of its own. */
export const scriptLaunch = ({ deed, startScript, workingDir, extraPackages, ...parts }: DeedLaunch): Launch => {
  const key = parts.key ?? `${crypto.randomUUID().replaceAll('-', '')}.1`;
  return {
    installation: defaultInstallation,
    spec: {},
    size: { name: 'small', cpu: 1, memoryBytes: 2 ** 30, gpu: null },
    gpus: [],
    sources: [],
    env: {},
    secrets: [],
    limits: { startMs: null, runMs: null, graceMs: 30_000 },
    onProgress: () => {},
    log: () => {},
    ...parts,
    key,
    script: generateScript({ key, command: shellDeed(deed), startScript, workingDir, extraPackages }),
  };
};

export const defaultInstallation = '1'.repeat(32);
