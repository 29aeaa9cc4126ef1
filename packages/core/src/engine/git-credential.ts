import { RunyardError } from '../domain/errors.ts';
import { startFailed } from '../domain/run/launch-errors.ts';
import type { GitCredential } from '../ports/source.ts';
import type { EngineContext } from './context.ts';
import type { Held } from './holdings.ts';
import { askProvider, secretOf } from './secrets.ts';

/**
 * The credential that a source of the job names: one of its owner's, and given to no other server than the one that it is for, by whichever executor.
 * Rejects with `unknown-credential`.
 */
export const gitCredential = async (
  context: EngineContext,
  { job, masker }: Held,
  { name, url, signal }: { name: string; url: string; signal: AbortSignal },
): Promise<GitCredential> => {
  const { owner } = job.spec;
  const found = await askProvider(context, { signal, masker }, (provider, limit) =>
    provider.gitCredential?.(name, { owner, signal: limit }),
  );
  if (!found)
    throw new RunyardError(
      'unknown-credential',
      `${owner} has no git credential '${name}'. Make one of that name for it, or take it off the source.`,
    );
  masker.add(secretOf(found));
  if (found.kind === 'ssh' || found.origin === undefined || originOf(url) === found.origin) return found;
  throw startFailed(
    'invalid-source',
    `The git credential '${name}' is for ${found.origin} alone, and is not given to ${url}. Name one that is for that server, or correct the url.`,
  );
};

// What no server can be called by is none that a credential is for.
const originOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).origin : null);
