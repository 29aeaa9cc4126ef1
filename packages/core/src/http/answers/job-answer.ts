import type { z } from 'zod';
import type { SizeCatalogue } from '../../domain/job/parse-size.ts';
import type { JobView } from '../../services/api.ts';
import type { OwnerNames } from '../../services/owners/api.ts';
import { commandLine } from '../names/command-line.ts';
import { jobNames } from '../names/job-names.ts';
import { toWire } from '../names/translate.ts';
import type { job as jobSchema } from '../schemas/answers.ts';
import { imageTagAnswer } from './image-tag-answer.ts';
import { statusOf } from './job-status.ts';
import { ownerAnswer } from './owner-answer.ts';
import { sizeDisplay } from './size-display.ts';
import { toTimestamp, toTimestampOrNull } from './time.ts';

export type JobAnswer = z.output<typeof jobSchema>;

/** A job on the wire: its spec by the table of names, and what is known of it beside. */
export const jobAnswer = (job: JobView, sizes: SizeCatalogue, owners?: OwnerNames): JobAnswer =>
  ({ ...lastingPart(job, sizes, owners), ...passingPart(job) }) as JobAnswer;

/** What is the same as long as the job's revision and its owner's name are. */
export const lastingPart = (job: JobView, sizes: SizeCatalogue, owners?: OwnerNames): object => {
  const { spec } = job;
  const owner = ownerAnswer(spec.owner, owners);
  const { cron_schedule_options: cronOptions, ...named } = toWire(spec, jobNames);
  return {
    id: job.id,
    ...named,
    command: typeof spec.command === 'string' ? spec.command : commandLine(spec.command),
    command_list: typeof spec.command === 'string' ? null : spec.command,
    image_tag: imageTagAnswer(job, owner),
    owner,
    ...(spec.schedule === null ? { schedule: null } : { cron_schedule_options: cronOptions }),
    resource_type: 'job',
    size_display: sizeDisplay(spec.size, Object.hasOwn(sizes, spec.size) ? sizes[spec.size] : undefined),
    revision: job.revision,
    created_at: toTimestamp(job.createdAt),
    require_restart: false,
    is_spot: false,
    start_dind: false,
    debug_mode: false,
    k8s_name: '',
  };
};

/** How it stands. */
export const passingPart = (job: JobView): object => ({
  status: statusOf(job),
  running_count: job.activity.running,
  active_runs: job.activity.active,
  scheduled: job.spec.schedule?.enabled === true && job.pause === null,
  paused: job.pause !== null,
  hint: job.hint,
  next_run_at: toTimestampOrNull(job.nextFireAt),
  updated_at: toTimestamp(job.updatedAt),
  last_deploy: toTimestamp(job.activity.lastStartedAt ?? job.createdAt),
});
