import type { JobView } from '../../../services/api.ts';
import { statusOf } from '../../answers/job-status.ts';
import { isPlain, type Plain, setPath } from '../../names/paths.ts';
import { toWire } from '../../names/translate.ts';
import type { Recipe } from './recipe-answer-schema.ts';
import { recipeNames } from './recipe-names.ts';

export interface RecipeOptions {
  /** Without what is this job's alone, and with its schedule off: to make another one from. */
  asTemplate: boolean;
  /** How the job's owner is said; see `ownerReferences`. */
  owner: string | { id: string } | undefined;
  forFirstClient: boolean;
}

/** A job as a recipe, in the present form. */
export const recipeAnswer = (job: JobView, { asTemplate, owner, forFirstClient }: RecipeOptions): Recipe => {
  const { spec } = job;
  const wire = toWire(spec, writtenNames);
  setPath(wire, 'spec.owner', asTemplate ? undefined : owner);
  if (spec.schedule === null) setPath(wire, 'spec.schedule', null);
  else if (asTemplate) setPath(wire, 'spec.runyard.schedule.enabled', false);
  if (typeof spec.command !== 'string') setPath(wire, 'spec.runyard.command_list', spec.command);
  const named = isPlain(wire.spec) ? wire.spec : {};
  const status = statusOf(job);
  return {
    schema_version: '2025.10.01',
    type: 'job',
    spec: {
      ...named,
      git_repositories: spec.sources.length === 0 ? [] : (named.git_repositories as Plain[]).map(repository),
      shared_folders: [],
      start_dind: false,
      use_spot_instance: false,
    },
    ...(!asTemplate && {
      state: { id: job.id, status: forFirstClient && status === 'completed' ? 'stopped' : status },
    }),
  } as Recipe;
};

// The second name of a secret's kind is only read.
const writtenNames = recipeNames.map((row) =>
  row.wire === 'spec.secrets' ? { ...row, items: row.items?.filter(({ wire }) => wire !== 'type') ?? [] } : row,
);

// Published fields may be absent, but not null.
const repository = ({ reference, ...given }: Plain): Plain => ({
  ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== false)),
  reference: reference ?? null,
  on_restart: 'reclone',
});
