import { type ErrorCode, RunyardError } from '../../domain/errors.ts';
import type { ExtraPackages } from '../../domain/job/job.ts';
import { ownerAnswer } from '../answers/owner-answer.ts';
import { toFineTimestamp, toTimestamp } from '../answers/time.ts';
import type { Codec } from './name-row.ts';
import { isPlain } from './paths.ts';
import { unsupported } from './unsupported.ts';

/** Where the published API keeps the workspace: absolute paths below it are ours, relative to the workspace. */
export const publishedWorkspace = '/home/jovyan/workspace';

/** `working_dir`: the published default is the workspace itself. */
export const pathInWorkspaceCodec: Codec = {
  read: (value) => {
    const path = typeof value === 'string' ? belowWorkspace(value) : value;
    return path === '.' ? null : path;
  },
  write: (value) => (value === null || value === '.' ? publishedWorkspace : `${publishedWorkspace}/${String(value)}`),
};

/** A repository's folder: read in both forms, written relative to the workspace. */
export const sourcePathCodec: Codec = {
  read: (value) => (typeof value === 'string' && value !== '' ? belowWorkspace(value) : null),
  write: (value) => value,
};

/** `2026-02-01T09:30:00+00:00` on the wire, with milliseconds where it has any; epoch ms inside. */
export const timeCodec: Codec = {
  read: (value) => (typeof value === 'string' ? Date.parse(value) : value),
  write: (value) => (typeof value === 'number' ? timestamp(value) : null),
};

const timestamp = (ms: number): string => (ms % 1000 === 0 ? toTimestamp(ms) : toFineTimestamp(ms));

/** An owner that `withOwner` has found, or leaves as it is. */
export const ownerCodec = (code: ErrorCode): Codec => ({
  read: (value, field) => (isPlain(value) ? ownerText(value, field, code) : value),
  write: (value) => ownerAnswer(String(value)),
});

/**
 * The published form is one text for each installer, which is a list of packages, or with `as_requirements_txt` and
 * `as_environment_yml` the file itself. Beside it, `requirements_txt` and `environment_yml` are ours, for a job that has both.
 */
export const packagesCodec: Codec = {
  read: (value, field) => (isPlain(value) ? readPackages(value, field) : value),
  write: (value) => (value === null ? null : writePackages(value as ExtraPackages)),
};

/**
 * What an owner is called as the published API lets one name him: `alice`, `{ name }`, `{ user_id }`, `{ group_id }`, `{ id }`; or as we
 * do: `user:alice`, `group:etl`. `code` is that of one that names nobody.
 */
export const ownerText = (reference: unknown, field: string, code: ErrorCode): string => {
  if (typeof reference === 'string') return reference;
  const text = (key: string): string | undefined => {
    const value = isPlain(reference) ? reference[key] : undefined;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const { user_id: user, group_id: group } = { user_id: text('user_id'), group_id: text('group_id') };
  if (user !== undefined) return user.startsWith('user:') ? user : `user:${user}`;
  if (group !== undefined) return group.startsWith('group:') ? group : `group:${group}`;
  const named = text('id') ?? text('name');
  if (named !== undefined) return named;
  throw new RunyardError(code, `\`${field}\` must name a user or a group.`, {
    field,
    expected: "'user:<id>', 'group:<id>', { user_id } or { group_id }",
    received: JSON.stringify(reference),
  });
};

const belowWorkspace = (path: string): string => {
  const clean = path.replace(/\/+$/, '');
  if (clean === publishedWorkspace || clean === '') return '.';
  return clean.startsWith(`${publishedWorkspace}/`) ? clean.slice(publishedWorkspace.length + 1) : path;
};

const words = (value: unknown): string[] =>
  typeof value === 'string' ? value.split(/\s+/).filter((word) => word !== '') : [];
const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null);

const readPackages = (value: Record<string, unknown>, field: string): Record<string, unknown> => {
  for (const name of ['remotes', 'bioconductor'] as const)
    if (textOrNull(value[name]) !== null)
      throw unsupported(`${field}.${name}`, value[name], 'null', 'use `cran`, or an image that has them');
  if (value.use_mamba === true)
    throw unsupported(
      `${field}.use_mamba`,
      true,
      'false',
      'conda is used as it is; name mamba in the start script or bring it in the image',
    );
  const asRequirements = value.as_requirements_txt === true;
  const asEnvironment = value.as_environment_yml === true;
  return {
    apt: words(value.apt),
    cran: words(value.cran),
    pip: asRequirements ? [] : words(value.pip),
    conda: asEnvironment ? [] : words(value.conda),
    requirementsTxt: textOrNull(asRequirements ? value.pip : value.requirements_txt),
    environmentYml: textOrNull(asEnvironment ? value.conda : value.environment_yml),
  };
};

const writePackages = (packages: ExtraPackages): Record<string, unknown> => {
  const line = (list: string[]): string | null => (list.length === 0 ? null : list.join(' '));
  const asRequirements = packages.requirementsTxt !== null && packages.pip.length === 0;
  const asEnvironment = packages.environmentYml !== null && packages.conda.length === 0;
  return {
    apt: line(packages.apt),
    pip: asRequirements ? packages.requirementsTxt : line(packages.pip),
    as_requirements_txt: asRequirements,
    conda: asEnvironment ? packages.environmentYml : line(packages.conda),
    as_environment_yml: asEnvironment,
    cran: line(packages.cran),
    remotes: null,
    bioconductor: null,
    use_mamba: false,
    ...(packages.requirementsTxt !== null && !asRequirements && { requirements_txt: packages.requirementsTxt }),
    ...(packages.environmentYml !== null && !asEnvironment && { environment_yml: packages.environmentYml }),
  };
};
