import type { ExecutorInput } from '@runyard/core';
import { workspacePath } from '@runyard/core/executor-kit';
import { checkImage } from '../images/resolve-image.ts';
import type { Settings } from '../options.ts';
import { refuseWhatIsNotAllowed } from './allowed.ts';
import type { DockerSpec } from './docker-spec.ts';
import { refuse, refuseGpu } from './refuse.ts';
import { parseWishes } from './wishes.ts';

/** Refuses at save what this executor, as its host set it up, can never run. */
export const parseSpec = (input: ExecutorInput, settings: Settings): DockerSpec => {
  const { image, owner } = input;
  if (image === null && settings.image === undefined)
    refuse(
      'image',
      'null',
      'a container needs one: name it, or let the host give one to all jobs (the option `image` of dockerExecutor).',
    );
  checkImage(image);
  if (input.hardware === 'gpu' && (settings.gpus === 'none' || settings.capacity === 'unlimited'))
    refuseGpu("this executor gives no GPUs away (its option `gpus` is 'none', or `capacity` is 'unlimited').");
  if (input.scale > 1) refuse('scale', String(input.scale), 'one Docker engine is one machine.');
  for (const [i, { type, location }] of input.secrets.entries()) {
    const path = type === 'file' ? workspacePath(location) : location;
    if (path === null || path === '.')
      refuse(`secrets.${i}.location`, location, 'secret files lie only in the workspace, at relative paths.');
  }
  const wishes = parseWishes(input.executorOptions);
  refuseWhatIsNotAllowed({ image, owner, wishes }, settings);
  const apt = input.extraPackages?.apt ?? [];
  if (apt.length > 0 && (wishes.readOnlyRoot ?? settings.readOnlyRoot))
    refuse(
      'extraPackages.apt',
      apt.join(', '),
      'its root cannot be written. Build an image that has them, or let the host say `readOnlyRoot: false` or `allowWritableRoot: true`.',
    );
  return { image, owner, wishes };
};
