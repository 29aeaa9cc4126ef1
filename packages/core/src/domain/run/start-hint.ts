import type { JobSpec } from '../job/job.ts';
import type { Attempt } from './run.ts';

/**
 * What would make a job's starts faster, in the measured seconds of an attempt that succeeded: what it installs, it installs at every start.
 * null: nothing worth telling. `hasImages`: its executor runs jobs in images.
 */
export const startHint = (
  { extraPackages, startScript }: Pick<JobSpec, 'extraPackages' | 'startScript'>,
  attempt: Pick<Attempt, 'phases' | 'endedAt'> | undefined,
  hasImages: boolean,
): string | null => {
  if (attempt === undefined) return null;
  const packagesMs = extraPackages === null ? 0 : phaseMs(attempt, 'extra-packages');
  const scriptMs = startScript === null ? 0 : phaseMs(attempt, 'start-script');
  const packages = `Its packages took ${seconds(packagesMs)} to install, at every start: ${hasImages ? 'name an image that has them, or let one be built (image: { build: … })' : onMachine}.`;
  const script = `Its start script took ${seconds(scriptMs)}, at every start: what it installs can be ${hasImages ? 'in the image, named or built (image: { build: … })' : 'there before'}.`;
  const told = [...(packagesMs > worthTellingMs ? [packages] : []), ...(scriptMs > worthTellingMs ? [script] : [])];
  return told.length === 0 ? null : told.join(' ');
};

/** Whether a job does anything at its start that could be told of. */
export const mayHaveHint = ({ extraPackages, startScript }: JobSpec): boolean =>
  extraPackages !== null || startScript !== null;

const worthTellingMs = 5000;
const onMachine = 'install them on the machine, or run it in an image that has them (@runyard/docker-executor)';

const phaseMs = ({ phases, endedAt }: Pick<Attempt, 'phases' | 'endedAt'>, name: string): number => {
  const index = phases.findIndex((phase) => phase.name === name);
  const began = phases[index]?.at;
  const ended = phases[index + 1]?.at ?? endedAt;
  return began === undefined || ended === null ? 0 : ended - began;
};

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
