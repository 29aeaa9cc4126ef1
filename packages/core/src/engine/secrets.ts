import { ExecutorUnavailable, isRunyardError } from '../domain/errors.ts';
import { infrastructureFailed, isAttemptFailed, startFailed } from '../domain/run/launch-errors.ts';
import type { LaunchSecret } from '../ports/executor.ts';
import type { SecretProvider } from '../ports/secret-provider.ts';
import type { GitCredential } from '../ports/source.ts';
import type { EngineContext } from './context.ts';
import type { Held } from './holdings.ts';
import type { Masker } from './masking/masker.ts';
import { within } from './within.ts';

/** The values of a job's secrets, as they are now, each masked from then on. One that is nowhere to be found ends the attempt. */
export const resolveSecrets = (
  context: EngineContext,
  { job: { spec }, masker }: Pick<Held, 'job' | 'masker'>,
  signal: AbortSignal,
): Promise<LaunchSecret[]> =>
  Promise.all(
    spec.secrets.map(async ({ name, type, location }) => {
      const value = await askProvider(context, { signal, masker }, (provider, limit) =>
        provider.secret(name, { owner: spec.owner, signal: limit }),
      );
      if (value == null)
        throw startFailed(
          'unknown-credential',
          `${spec.owner} has no secret '${name}': make it for ${spec.owner}, or take it off the job.`,
        );
      masker.add([value]);
      return { type, location, value };
    }),
  );

/**
 * What has to be masked in all that is told of the job's runs. What was removed since, or cannot be read by anybody, is known to no one
 * any more.
 */
export const secretValues = async (
  context: EngineContext,
  { job: { spec }, masker }: Pick<Held, 'job' | 'masker'>,
  signal: AbortSignal,
): Promise<string[]> => {
  const { owner } = spec;
  const values = spec.secrets.map(({ name }) =>
    askProvider(context, { signal, masker }, (provider, limit) =>
      provider.secret(name, { owner, signal: limit }),
    ).catch(nullIfDamaged),
  );
  const credentials = spec.sources.map(async ({ credential: name }) => {
    if (name === null) return [];
    const found = askProvider(context, { signal, masker }, (provider, limit) =>
      provider.gitCredential?.(name, { owner, signal: limit }),
    ).catch(nullIfDamaged);
    return secretOf(await found);
  });
  // All at once: one that is not waited for could reject unheard.
  const found = await Promise.all([...values, ...credentials]);
  return found.flat().filter((value) => value != null);
};

/** The part of a git credential that nobody may see. */
export const secretOf = (credential: GitCredential | null | undefined): string[] => {
  if (!credential) return [];
  return [credential.kind === 'https' ? credential.password : credential.privateKey];
};

/**
 * A provider that throws could not be asked, which is no answer; so is one that takes too long, whether it heeds its signal or not; likewise the store.
 * Only a value that is there and cannot be opened ends the attempt.
 */
export const askProvider = async <T>(
  context: EngineContext,
  { signal, masker }: { signal: AbortSignal; masker?: Masker },
  ask: (provider: SecretProvider, signal: AbortSignal) => Promise<T> | undefined,
): Promise<T | null | undefined> => {
  const { secretProvider, clock } = context;
  try {
    return await within(longestMs, { clock, signal }, async (limit) => {
      try {
        return await ask(secretProvider, limit);
      } catch (error) {
        throw limit.aborted ? error : told(context, error, masker);
      }
    });
  } catch (error) {
    if (isAttemptFailed(error) || (isRunyardError(error) && error.code !== 'store-unavailable')) throw error;
    // Ours, or of the store: what a provider throws has been told.
    throw silent(error instanceof Error ? `: ${error.message}` : '', error);
  }
};

/** An answer that takes longer is none. The engine asks again. */
const longestMs = 30_000;

const told = ({ logger, instance }: EngineContext, error: unknown, masker: Masker | undefined): unknown => {
  // Another host may have the key, and this one may get it.
  if (hasCode(error, 'key-missing')) return infrastructureFailed('key-missing', error.message, error);
  if (hasCode(error, 'value-damaged')) return startFailed('value-damaged', error.message, error);
  if (isAttemptFailed(error) || isRunyardError(error)) return error;
  // Its words are for the host alone: they may show how it is asked, and with what.
  logger.warn({ err: masker ? masker.error(error) : error, instance }, 'The secret provider did not answer.');
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const isCode = typeof code === 'string' && /^[A-Za-z0-9_-]{1,40}$/.test(code);
  return silent(`${isCode ? ` (${code})` : ''}; the host's log has its words`, error);
};

const silent = (how: string, cause: unknown): ExecutorUnavailable =>
  new ExecutorUnavailable(`the secret provider did not answer${how}`, { cause });

const hasCode = (error: unknown, code: string): error is Error => isRunyardError(error) && error.code === code;

const nullIfDamaged = (error: unknown): null => {
  if (isAttemptFailed(error) && 'reason' in error.outcome && error.outcome.reason === 'value-damaged') return null;
  throw error;
};
