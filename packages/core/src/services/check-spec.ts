import { isRunyardError, RunyardError } from '../domain/errors.ts';
import type { JobSpec } from '../domain/job/job.ts';
import { sourcePaths } from '../domain/run/source-paths.ts';
import { compileFiringSchedule } from '../domain/schedule/compile-schedule.ts';
import type { EngineContext } from '../engine/context.ts';
import type { Executor } from '../ports/executor.ts';

/** Refuses at save what can never run: what only the cron dialect, a source or an executor can judge. */
export const checkSpec = (context: EngineContext, spec: JobSpec): void => {
  checkSchedule(spec);
  for (const [i, source] of spec.sources.entries()) inField(`sources.${i}`, () => context.source.check(source));
  checkPaths(spec);
  const executor = context.executors.get(spec.executor);
  executor?.parseSpec(spec);
  if (executor) checkBuild(spec, executor);
};

// After the executor's own refusals, which know better what to do instead.
const checkBuild = ({ image, executor }: JobSpec, { images }: Executor): void => {
  if (image === null || typeof image === 'string' || images !== undefined) return;
  throw new RunyardError(
    'unsupported-by-executor',
    `\`image.build\` asks for an image to be built, which the executor '${executor}' cannot do: name an image that is there, or use the Docker executor (@runyard/docker-executor).`,
    { field: 'image.build', expected: 'the name of an image', received: `a build from ${image.build.base}` },
  );
};

/** Refuses what is not of the dialect, or can never fire. */
export const checkSchedule = ({ schedule }: Pick<JobSpec, 'schedule'>): void => {
  if (!schedule) return;
  const { cron, timezone, dst } = schedule;
  inField('schedule.cron', () => compileFiringSchedule(cron, { dst, ...(timezone !== null && { timezone }) }));
};

const checkPaths = ({ sources }: JobSpec): void => {
  const paths = sourcePaths(sources);
  const twice = paths.findIndex((path, i) => paths.indexOf(path) !== i);
  if (twice < 0) return;
  throw new RunyardError(
    'invalid-job',
    `\`sources.${twice}.path\` is '${paths[twice]}', which another source has already.`,
    {
      field: `sources.${twice}.path`,
      expected: 'a folder of its own',
      received: paths[twice] ?? '',
    },
  );
};

// What is thrown below knows its own field at most; the caller wants the path from the job.
const inField = <T>(field: string, check: () => T): T => {
  try {
    return check();
  } catch (error) {
    if (!isRunyardError(error)) throw error;
    const inner = error.field !== undefined && !field.endsWith(error.field) ? `${field}.${error.field}` : field;
    throw new RunyardError(error.code, error.message, {
      field: error.code === 'unknown-zone' ? 'schedule.timezone' : inner,
      cause: error,
      ...(error.expected !== undefined && { expected: error.expected }),
      ...(error.received !== undefined && { received: error.received }),
      ...(error.position !== undefined && { position: error.position }),
    });
  }
};
