import { ownerCodec, packagesCodec, pathInWorkspaceCodec, sourcePathCodec, timeCodec } from './codecs.ts';
import { imageBuildCodec, imageNameCodec } from './image-codecs.ts';
import { type NameRow, row, same } from './name-row.ts';

const list = (wire: string, library: string, items: readonly NameRow[]): NameRow => ({ wire, library, items });

/**
 * The one table of a job's names. Where the published API has a name, that is the wire's; where two names lead to one field,
 * both are read (and must agree) and both are written.
 */
export const jobNames: readonly NameRow[] = [
  same('name'),
  same('description'),
  same('tags'),
  row('owner', 'owner', ownerCodec('invalid-job')),
  same('executor'),
  same('command'),
  row('image_uri', 'image', imageNameCodec),
  { ...row('image_build', 'image.build', imageBuildCodec), shape: true },
  same('hardware'),
  row('instance_size', 'size'),
  same('priority'),
  list('external_repo_attachments', 'sources', [
    same('url'),
    same('ref'),
    row('ref_type', 'refType'),
    row('path', 'path', sourcePathCodec),
    same('credential'),
    same('submodules'),
    same('lfs'),
  ]),
  row('extra_packages', 'extraPackages', packagesCodec),
  row('environment_variables', 'env'),
  list('secrets', 'secrets', [same('name'), row('attachment_type', 'type'), same('location')]),
  row('start_script', 'startScript'),
  row('working_dir', 'workingDir', pathInWorkspaceCodec),
  row('cron_schedule_options.concurrency_policy', 'concurrencyPolicy'),
  row('concurrency_policy', 'concurrencyPolicy'),
  row('cron_schedule_options.schedule', 'schedule.cron'),
  row('schedule.cron', 'schedule.cron'),
  row('schedule.timezone', 'schedule.timezone'),
  row('schedule.dst', 'schedule.dst'),
  row('schedule.missed.rule', 'schedule.missed.rule'),
  row('schedule.missed.window_ms', 'schedule.missed.windowMs'),
  row('schedule.missed.cap', 'schedule.missed.cap'),
  row('schedule.enabled', 'schedule.enabled'),
  row('schedule.starts_at', 'schedule.startsAt', timeCodec),
  row('schedule.ends_at', 'schedule.endsAt', timeCodec),
  row('schedule.jitter_ms', 'schedule.jitterMs'),
  row('retries', 'backoff.limit'),
  row('backoff.limit', 'backoff.limit'),
  row('backoff.initial_ms', 'backoff.initialMs'),
  row('backoff.factor', 'backoff.factor'),
  row('backoff.max_ms', 'backoff.maxMs'),
  row('backoff.jitter', 'backoff.jitter'),
  row('backoff.not_on_exit_codes', 'backoff.notOnExitCodes'),
  row('backoff.infrastructure_limit', 'backoff.infrastructureLimit'),
  row('limits.start_ms', 'limits.startMs'),
  row('limits.run_ms', 'limits.runMs'),
  row('limits.grace_ms', 'limits.graceMs'),
  row('retention.max_age_ms', 'retention.maxAgeMs'),
  row('retention.max_runs', 'retention.maxRuns'),
  row('on_place_lost.rule', 'onPlaceLost.rule'),
  row('on_place_lost.after_ms', 'onPlaceLost.afterMs'),
  same('scale'),
  row('executor_options', 'executorOptions'),
];

/** What a start may change for its one run. */
export const overrideNames: readonly NameRow[] = [
  row('concurrency_policy', 'concurrencyPolicy'),
  row('environment_variables', 'env'),
  same('arguments'),
  same('command'),
  same('ref'),
];

/** The published body that switches a schedule on. */
export const scheduleNames: readonly NameRow[] = [
  row('schedule', 'schedule.cron'),
  row('concurrency_policy', 'concurrencyPolicy'),
];
