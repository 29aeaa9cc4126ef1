import { ownerCodec, pathInWorkspaceCodec, sourcePathCodec } from '../../names/codecs.ts';
import { jobNames } from '../../names/job-names.ts';
import { type NameRow, row, same } from '../../names/name-row.ts';
import { commandCodec } from './command-codec.ts';
import { recipeImageCodec } from './image-codec.ts';
import { recipePackagesCodec } from './packages-codec.ts';

const at = (prefix: string, rows: readonly NameRow[]): NameRow[] =>
  rows.map((each) => ({ ...each, wire: `${prefix}${each.wire}` }));

const common: readonly NameRow[] = [
  same('name'),
  same('description'),
  same('tags'),
  row('owner', 'owner', ownerCodec('invalid-job')),
  row('environment_variables', 'env'),
  row('working_directory', 'workingDir', pathInWorkspaceCodec),
  row('start_script', 'startScript'),
  row('extra_packages', 'extraPackages', recipePackagesCodec),
  {
    ...row('git_repositories', 'sources'),
    items: [
      same('url'),
      row('reference', 'ref'),
      row('reference_type', 'refType'),
      row('path', 'path', sourcePathCodec),
      same('credential'),
      same('submodules'),
      same('lfs'),
    ],
  },
  {
    ...row('secrets', 'secrets'),
    // The second is what older recipes say.
    items: [same('name'), row('attachment_type', 'type'), row('type', 'type'), same('location')],
  },
  row('image', 'image', recipeImageCodec),
];

const ofJob: readonly NameRow[] = [
  row('command', 'command', commandCodec),
  row('instance_type', 'size'),
  same('scale'),
  // Null says that there is none at all.
  { ...row('schedule', 'schedule.cron'), shape: true },
  row('concurrency_policy', 'concurrencyPolicy'),
];

const ours = new Set(['executor', 'hardware', 'priority', 'image.build', 'executorOptions']);
const groups = /^(schedule|backoff|limits|retention|onPlaceLost)\./;
const saidElsewhere = new Set(['schedule.cron', 'backoff.limit']);
const onlyOurs = ({ library }: NameRow): boolean =>
  ours.has(library) || (groups.test(library) && !saidElsewhere.has(library));

/** The one table of a recipe's names; what recipes have no name for is in `spec.runyard`, as in a job. */
export const recipeNames: readonly NameRow[] = [
  ...at('spec.', [...common, ...ofJob, row('retries', 'backoff.limit')]),
  ...at('spec.runyard.', jobNames.filter(onlyOurs)),
];

/** Likewise of the recipes of 2022. */
export const flatRecipeNames: readonly NameRow[] = [
  ...common,
  row('image_uri', 'image', recipeImageCodec),
  ...at('job.', [...ofJob, row('backoff_limit', 'backoff.limit')]),
];
