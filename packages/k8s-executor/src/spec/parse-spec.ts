import { type ExecutorInput, type JobImage, RunyardError } from '@runyard/core';
import { parseGitUrl, workspacePath } from '@runyard/core/executor-kit';
import { checkTemplate } from '../manifest/overlay/check-template.ts';
import type { Settings } from '../options.ts';
import { refuseWhatIsNotAllowed } from './allowed.ts';
import { isImageName } from './image-name.ts';
import type { K8sSpec } from './k8s-spec.ts';
import { refuse } from './refuse.ts';
import { parseWishes } from './wishes.ts';

/** Refuses at save what this executor, as its host set it up, can never run. Sizes it does not know: those are judged when an attempt is made. */
export const parseSpec = (input: ExecutorInput, settings: Settings): K8sSpec => {
  const { owner, scale } = input;
  const image = imageOf(input.image, settings);
  refuseLocalSources(input);
  refuseSecretsOutside(input);
  for (const name of Object.keys(input.env))
    if (name.length > mostVariableName)
      refuse(`env.${name}`, name, `names of variables have at most ${mostVariableName} characters here.`);
  const wishes = parseWishes(input.executorOptions);
  refuseWhatIsNotAllowed({ owner, wishes }, settings);
  if (wishes.podTemplate !== undefined)
    checkTemplate(wishes.podTemplate, { field: 'executorOptions.podTemplate', code: 'invalid-job' });
  const apt = input.extraPackages?.apt ?? [];
  if (apt.length > 0)
    refuse(
      'extraPackages.apt',
      apt.join(', '),
      'apt needs rights of root that no pod here has. Build an image that has them (the Docker executor does), and name it in `image`.',
    );
  return { image, owner, scale, wishes };
};

const imageOf = (image: JobImage | null, settings: Settings): string | null => {
  if (image === null && settings.image === undefined)
    refuse(
      'image',
      'null',
      'a pod needs one: name it, or let the host give one to all jobs (the option `image` of k8sExecutor).',
    );
  if (image !== null && typeof image === 'object')
    return refuse(
      'image.build',
      image.build.base,
      'this executor builds no images. Build it elsewhere (the Docker executor does), push it to a registry that the cluster pulls from, and name it in `image`.',
    );
  if (image !== null && !isImageName(image))
    throw new RunyardError('invalid-job', `\`image\` is '${image}', which names no image.`, {
      field: 'image',
      expected: '[host[:port]/]repository[:tag][@digest]',
      received: image,
    });
  return image;
};

// Pods fetch by themselves, and this machine's files are not theirs.
const refuseLocalSources = ({ sources }: ExecutorInput): void => {
  for (const [i, { url }] of sources.entries())
    if (parseGitUrl(url)?.scheme === 'file')
      refuse(
        `sources.${i}.url`,
        url,
        'pods fetch sources by themselves, and cannot reach a repository on this machine. Give a url that the cluster reaches.',
      );
};

const refuseSecretsOutside = ({ secrets }: ExecutorInput): void => {
  for (const [i, { type, location }] of secrets.entries()) {
    const path = type === 'file' ? workspacePath(location) : location;
    if (path === null || path === '.')
      refuse(`secrets.${i}.location`, location, 'secret files lie only in the workspace, at relative paths.');
    if (type === 'environment_variable' && location.length > mostVariableName)
      refuse(`secrets.${i}.location`, location, `names of variables have at most ${mostVariableName} characters here.`);
  }
};

// Each variable has a key of its own in the attempt's Secret, of which Kubernetes takes 253 characters.
const mostVariableName = 253 - 'env.'.length;
