import { isRunyardError } from '../domain/errors.ts';
import { gpuEnv } from '../domain/gpu/gpu-env.ts';
import type { Job, JobSpec, SourceSpec } from '../domain/job/job.ts';
import { jobEnv } from '../domain/run/job-env.ts';
import { startFailed } from '../domain/run/launch-errors.ts';
import type { ResolvedSource, Run } from '../domain/run/run.ts';
import { generateScript } from '../domain/run/script.ts';
import { sourcePaths } from '../domain/run/source-paths.ts';
import type { Launch, LaunchSecret, LaunchSource, Progress } from '../ports/executor.ts';
import { lazyProperty } from '../ports/lazy-property.ts';
import type { GitCredential, SourceOptions } from '../ports/source.ts';
import type { AttemptLog } from './attempt-log.ts';
import { callbackEnv, callbackSecrets } from './callback.ts';
import { keyOf } from './carry-out.ts';
import type { EngineContext } from './context.ts';
import { executorOf } from './executor-of.ts';
import { gitCredential } from './git-credential.ts';
import type { Held } from './holdings.ts';
import { resolveSecrets } from './secrets.ts';
import { tellProgress } from './tell-progress.ts';

/** The commit of each source: resolved once per run, so that a retry runs the same code. */
export const resolveCommits = async (
  context: EngineContext,
  held: Held,
  log: AttemptLog,
  signal: AbortSignal,
): Promise<ResolvedSource[]> => {
  const { run, job } = held;
  if (run.commits) return run.commits;
  const sources = effectiveSources(job, run);
  if (sources.length > 0) log.phase('resolve');
  return Promise.all(
    sources.map(async (source) => {
      const { commit } = await context.source.resolve(source, sourceOptions(context, held, { source, log, signal }));
      return { url: source.url, ref: source.ref, commit };
    }),
  );
};

/** Everything that an attempt needs, made anew for `prepare` and for `start`; secrets are resolved each time. */
export const buildLaunch = async (
  context: EngineContext,
  held: Held,
  commits: readonly ResolvedSource[],
  log: AttemptLog,
  signal: AbortSignal,
): Promise<Launch> => {
  const secrets = await resolveSecrets(context, held, signal);
  return composeLaunch(context, held, { commits, secrets, log, signal });
};

interface LaunchParts {
  commits: readonly ResolvedSource[];
  secrets: readonly LaunchSecret[];
  log: AttemptLog;
  signal: AbortSignal;
}

/** As above, once nothing has to be waited for. */
export const composeLaunch = (
  context: EngineContext,
  held: Held,
  { commits, secrets, log, signal }: LaunchParts,
): Launch => {
  const { run, attempt, job } = held;
  const { spec } = job;
  const key = keyOf(attempt);
  const token = callbackSecrets(context, held);
  held.masker.add(token.map(({ value }) => value));
  const size = context.sizes[spec.size];
  if (!size) throw startFailed('unknown-size', `The size '${spec.size}' is not in the catalogue any more.`);
  const command = run.overrides?.command ?? spec.command;
  const args = run.overrides?.arguments ?? [];
  let phase: string | undefined;
  const launch = {
    key,
    installation: context.installation,
    spec: executorOf(context, held).parseSpec(withCommand(spec, withArguments(command, args))),
    size,
    gpus: attempt.gpus.map(({ uuid }) => uuid),
    sources: launchSources(context, held, { commits, secrets, log, signal }),
    env: { ...callbackEnv(context), ...jobEnv(job, run), ...gpuEnv(attempt.gpus) },
    secrets: [...secrets, ...token],
    limits: spec.limits,
    onProgress: (progress: Progress) => {
      if (progress.phase !== undefined && progress.phase !== phase) log.phase(progress.phase);
      phase = progress.phase ?? phase;
      tellProgress(context, held, progress);
    },
    log: (line: string) => log.line(line),
  };
  // Functions and images with an entry point of their own have no use for it.
  return withScript(launch, () => {
    const { startScript, extraPackages, workingDir } = spec;
    return generateScript({ key, command, args, startScript, extraPackages, workingDir });
  });
};

const withScript = lazyProperty('script');

// For executors that run a list themselves; a string's arguments are the script's business.
const withArguments = (command: string | string[], args: readonly string[]): string | string[] =>
  typeof command === 'string' || args.length === 0 ? command : [...command, ...args];

const withCommand = (spec: JobSpec, command: JobSpec['command']): JobSpec =>
  command === spec.command ? spec : { ...spec, command };

const effectiveSources = ({ spec }: Job, { overrides }: Run): SourceSpec[] =>
  spec.sources.map((source, i) =>
    i === 0 && overrides?.ref !== undefined ? { ...source, ref: overrides.ref, refType: null } : source,
  );

const launchSources = (context: EngineContext, held: Held, { commits, log }: LaunchParts): LaunchSource[] => {
  const { job, run } = held;
  const sources = effectiveSources(job, run);
  const paths = sourcePaths(sources);
  return sources.map((source, i) => {
    const commit = commits[i]?.commit;
    if (commit === undefined) throw startFailed('ref-not-found', `No commit was recorded for ${source.url}.`);
    return {
      url: source.url,
      commit,
      path: paths[i] ?? '.',
      checkout: (dir, signal) =>
        context.source.checkout(source, commit, dir, sourceOptions(context, held, { source, log, signal })),
      ref: source.ref,
      submodules: source.submodules,
      lfs: source.lfs,
      credential: (signal) => credentialOf(source, sourceOptions(context, held, { source, log, signal })),
    };
  });
};

const credentialOf = async ({ credential }: SourceSpec, options: SourceOptions): Promise<GitCredential | null> => {
  if (credential === null) return null;
  try {
    return await options.credential(credential);
  } catch (error) {
    if (isRunyardError(error) && error.code === 'unknown-credential')
      throw startFailed('unknown-credential', error.message, error);
    throw error;
  }
};

const sourceOptions = (
  context: EngineContext,
  held: Held,
  { source, log, signal }: { source: SourceSpec; log: AttemptLog; signal: AbortSignal },
): SourceOptions => ({
  signal,
  credential: (name) => gitCredential(context, held, { name, url: source.url, signal }),
  log: (line) => log.line(line),
});
