import { RunyardError } from '../../domain/errors.ts';
import type { JobImage } from '../../domain/job/job.ts';
import { workspacePath } from '../../domain/job/workspace-path.ts';
import type { ExecutorInput } from '../../ports/executor.ts';

/** Nothing: all that a process needs is in the launch. */
export type ProcessSpec = Record<string, never>;

/** Refuses what a process on the host cannot give, and says which executor can. `noGpus`: why it gives no GPUs away; null: it does. */
export const parseSpec = (input: ExecutorInput, noGpus: string | null): ProcessSpec => {
  if (input.image !== null) refuse('image', imageWords(input.image), 'runs on the host itself, without an image');
  if (input.hardware === 'gpu' && noGpus !== null) refuseGpu(noGpus);
  if (input.scale > 1) refuse('scale', String(input.scale), 'is one machine');
  const apt = input.extraPackages?.apt ?? [];
  if (apt.length > 0) refuse('extraPackages.apt', apt.join(', '), 'does not change the packages of the host');
  for (const [i, { type, location }] of input.secrets.entries()) {
    const path = type === 'file' ? workspacePath(location) : location;
    if (path === null || path === '.')
      refuse(`secrets.${i}.location`, location, 'puts files only into the workspace, at relative paths');
  }
  return {};
};

const imageWords = (image: JobImage): string => (typeof image === 'string' ? image : `built from ${image.build.base}`);

const refuse = (field: string, received: string, because: string): never => {
  throw new RunyardError(
    'unsupported-by-executor',
    `\`${field}\` is '${received}', but the process executor ${because}. Leave it out, or use the Docker executor (@runyard/docker-executor).`,
    { field, received },
  );
};

const refuseGpu = (because: string): never => {
  throw new RunyardError(
    'gpu-unavailable',
    `\`hardware\` is 'gpu', but the process executor ${because}. Change that option, or let the job use an executor that does.`,
    { field: 'hardware', received: 'gpu' },
  );
};
