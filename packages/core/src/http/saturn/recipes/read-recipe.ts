import type { z } from 'zod';
import { RunyardError } from '../../../domain/errors.ts';
import type { JobInput } from '../../../domain/job/job-schema.ts';
import { parseWith } from '../../../domain/job/parse-with.ts';
import { commandLine } from '../../names/command-line.ts';
import { withDefaultBranches } from '../../names/default-branch.ts';
import type { NameRow } from '../../names/name-row.ts';
import { isPlain, type Plain, setPath } from '../../names/paths.ts';
import { toLibrary } from '../../names/translate.ts';
import { unsupported } from '../../names/unsupported.ts';
import { isQueue } from './command-codec.ts';
import { flatRecipeNames, recipeNames } from './recipe-names.ts';
import { dropping, flatRecipeOf, isFlat, type RecipeBody, recipeOf, refusing } from './recipe-schema.ts';
import { refuseUnsupported } from './unsupported-recipe.ts';

export interface ReadRecipe {
  /** For errors, which name a field as it was sent. */
  body: Plain;
  names: readonly NameRow[];
  input: JobInput;
  status: 'running' | 'stopped' | null;
}

/** What a recipe of either generation says of a job; its owner is `user:<id>` or `group:<id>` by now. `enforceUnknown`: fields that are not known are refused. */
export const readRecipe = (given: RecipeBody, enforceUnknown: boolean): ReadRecipe => {
  const object = enforceUnknown ? refusing : dropping;
  return isFlat(given) ? readFlat(given, object) : readNested(given, object);
};

const readNested = (given: Plain, object: typeof refusing): ReadRecipe => {
  const body = parseWith(recipeOf(object), given, { code: 'invalid-job' });
  const { spec } = body;
  refuseUnsupported(spec, 'spec.');
  checkRest(spec, 'spec.');
  const input = toLibrary(body, recipeNames);
  if (spec.schedule === undefined && spec.runyard?.schedule != null) throw scheduleMissing();
  if (spec.schedule == null) input.schedule = null;
  const list = spec.runyard?.command_list;
  // Unless the line was edited since it was made from the list.
  if (list != null && commandLine(list) === spec.command) input.command = list;
  checkScale(input, 'spec.scale');
  return { body, names: recipeNames, input: jobInput(input), status: spec.status ?? null };
};

/** What a recipe of 2022 meant where it did not say. */
const flatBackoffLimit = 3;

const readFlat = (given: Plain, object: typeof refusing): ReadRecipe => {
  const other = Object.keys(given).find((name) => otherKinds.has(name));
  if (other !== undefined) throw otherKind(other);
  const { image, image_uri, ...rest } = parseWith(flatRecipeOf(object), given, { code: 'invalid-job' });
  // Recipes of then that were kept up to date have both.
  const body = { ...rest, ...(image_uri || image == null ? { image_uri } : { image }) };
  refuseUnsupported(body, '');
  checkRest(body, '');
  const input = toLibrary(body, flatRecipeNames);
  if (body.job.schedule == null) input.schedule = null;
  if (body.job.backoff_limit == null) setPath(input, 'backoff.limit', flatBackoffLimit);
  checkScale(input, 'job.scale');
  return { body, names: flatRecipeNames, input: jobInput(input), status: null };
};

// No owner is whoever asks.
const jobInput = ({ owner, ...input }: Plain): JobInput =>
  withDefaultBranches({ ...input, ...(owner != null && { owner }) }) as unknown as JobInput;

const otherKinds: ReadonlySet<string> = new Set([
  'deployment',
  'jupyter_server',
  'rstudio_server',
  'prefect_cloud_flow',
]);

type Common = Pick<z.output<ReturnType<typeof flatRecipeOf>>, 'secrets' | 'image'>;

// A kind has two names, one of which has to be said.
const checkRest = ({ secrets, image }: Common, prefix: string): void => {
  if (isPlain(image) && image.enforce_trusted === false)
    throw unsupported(`${prefix}image.enforce_trusted`, false, 'true', 'there are no trusted images: leave it out');
  for (const [index, { attachment_type: kind, type }] of (secrets ?? []).entries()) {
    if ((kind ?? type) != null) continue;
    const field = `${prefix}secrets.${index}.attachment_type`;
    throw new RunyardError('invalid-job', `\`${field}\` is missing: say environment_variable or file.`, {
      field,
      expected: 'environment_variable or file',
      received: 'nothing',
    });
  }
};

const checkScale = ({ command, scale }: Plain, field: string): void => {
  if (isQueue(command) && typeof scale === 'number' && scale > 1)
    throw unsupported(field, scale, '1', 'a list of commands is run on one machine, one after another');
};

const scheduleMissing = (): RunyardError =>
  new RunyardError(
    'invalid-job',
    '`spec.schedule` is missing: give the cron expression that `spec.runyard.schedule` is about, or null where the job has no schedule.',
    { field: 'spec.schedule', expected: 'a cron expression, or null', received: 'nothing' },
  );

const otherKind = (field: string): RunyardError =>
  new RunyardError('invalid-job', `There are only jobs here: this recipe has \`${field}\`.`, {
    field,
    expected: 'a recipe with `job`',
    received: field,
  });
