import type { Plain } from '../../names/paths.ts';
import { type UnsupportedFields, withoutUnsupported } from '../../names/unsupported.ts';

/** Throws `unsupported-field` for a published field of a recipe that asks for what we do not do. `prefix` is where the fields stand: `spec.`. */
export const refuseUnsupported = (fields: Plain, prefix: string): void => {
  const named = Object.entries(fields).map(([name, value]) => [`${prefix}${name}`, isEmptyList(value) ? null : value]);
  const refused = Object.entries(table).map(([name, rule]) => [`${prefix}${name}`, rule]);
  withoutUnsupported(Object.fromEntries(named), Object.fromEntries(refused) as UnsupportedFields);
};

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const table: UnsupportedFields = {
  use_spot_instance: {
    accepted: false,
    instead: 'name a size of your catalogue that stands for such machines in `instance_type`',
  },
  start_dind: { accepted: false, instead: 'no Docker is started beside a job: leave it out' },
  dask_cluster: { accepted: null, instead: 'no cluster is started beside a job: leave it out' },
  shared_folders: {
    accepted: [],
    instead: 'let its executor mount what a job shares (`executor_options` of a job), and leave it out',
  },
  config_files: { accepted: null, instead: 'keep the files in a repository of `git_repositories`' },
  token_scope: { accepted: null, instead: 'a run gets a token for its own job alone: leave it out' },
};
