import { isRunyardError } from '../../domain/errors.ts';
import type { Finding } from '../../domain/job/finding.ts';
import type { JobSpec } from '../../domain/job/job.ts';
import { isAttemptFailed } from '../../domain/run/launch-errors.ts';
import type { EngineContext } from '../../engine/context.ts';
import { askProvider } from '../../engine/secrets.ts';
import { notAsked } from './not-asked.ts';

/**
 * The secrets and git credentials that a job names and its owner does not have. `opened`: also those that are there and cannot be read; opening them
 * counts as a use.
 */
export const accessFindings = async (
  context: EngineContext,
  { owner, secrets, sources }: Pick<JobSpec, 'owner' | 'secrets' | 'sources'>,
  { signal, opened }: { signal: AbortSignal; opened: boolean },
): Promise<Finding[]> => {
  const isThere = async (what: 'secret' | 'git-credential', name: string): Promise<unknown> => {
    const there = opened
      ? undefined
      : await askProvider(context, { signal }, (provider, limit) =>
          provider.has?.(what, name, { owner, signal: limit }),
        );
    if (there !== undefined) return there ? true : null;
    return askProvider<unknown>(context, { signal }, (provider, limit) => {
      const options = { owner, signal: limit };
      return what === 'secret' ? provider.secret(name, options) : provider.gitCredential?.(name, options);
    });
  };
  const found = await Promise.all([
    ...secrets.map(({ name }, i) =>
      lacks(`secrets.${i}.name`, {
        signal,
        ask: () => isThere('secret', name),
        finding: {
          code: 'unknown-secret',
          sentence: `${owner} has no secret '${name}': make it for ${owner}, or take it off the job.`,
        },
      }),
    ),
    ...sources.flatMap(({ credential: name, url }, i) =>
      name === null
        ? []
        : lacks(`sources.${i}.credential`, {
            signal,
            ask: () => isThere('git-credential', name),
            finding: {
              code: 'unknown-credential',
              sentence: `${owner} has no git credential '${name}', which ${url} is fetched with: make one for ${owner} and let the repository know it, or name another.`,
            },
          }),
    ),
  ]);
  return found.filter((finding) => finding !== null);
};

interface Lookup {
  signal: AbortSignal;
  ask(): Promise<unknown>;
  finding: Pick<Finding, 'code' | 'sentence'>;
}

const lacks = async (field: string, { ask, finding, signal }: Lookup): Promise<Finding | null> => {
  try {
    return (await ask()) == null ? { ...finding, severity: 'error', field } : null;
  } catch (error) {
    if (signal.aborted) return notAsked('it took too long.', field);
    if (isAttemptFailed(error) && 'reason' in error.outcome && error.outcome.reason === 'value-damaged')
      return { code: 'value-damaged', severity: 'error', sentence: error.message, field };
    if (isAttemptFailed(error) || isRunyardError(error)) return notAsked(error.message, field);
    throw error;
  }
};
