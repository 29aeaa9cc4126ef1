import { ExecutorUnavailable, isRunyardError } from '../domain/errors.ts';
import type { Job } from '../domain/job/job.ts';
import { infrastructureFailed, isAttemptFailed, startFailed } from '../domain/run/launch-errors.ts';
import type { LaunchSecret } from '../ports/executor.ts';
import type { SecretProvider } from '../ports/secret-provider.ts';
import type { GitCredential } from '../ports/source.ts';
import type { EngineContext } from './context.ts';

/** The values of a job's secrets, as they are now. One that is nowhere to be found ends the attempt. */
export const resolveSecrets = (context: EngineContext, { spec }: Job, signal: AbortSignal): Promise<LaunchSecret[]> =>
  Promise.all(
    spec.secrets.map(async ({ name, type, location }) => {
      const value = await askProvider(context, (provider) => provider.secret(name, { owner: spec.owner, signal }));
      if (value != null) return { type, location, value };
      throw startFailed(
        'unknown-credential',
        `${spec.owner} has no secret '${name}': make it for ${spec.owner}, or take it off the job.`,
      );
    }),
  );

/**
 * What has to be masked in all that is told of the job's runs. What was removed since, or cannot be read by anybody, is known to no one
 * any more.
 */
export const secretValues = async (context: EngineContext, { spec }: Job, signal: AbortSignal): Promise<string[]> => {
  const options = { owner: spec.owner, signal };
  const values = spec.secrets.map(({ name }) =>
    askProvider(context, (provider) => provider.secret(name, options)).catch(nullIfDamaged),
  );
  const credentials = spec.sources.map(async ({ credential: name }) => {
    if (name === null) return [];
    const found = askProvider(context, (provider) => provider.gitCredential?.(name, options)).catch(nullIfDamaged);
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

/** A provider that throws could not be asked, which is no answer; likewise the store. Only a value that is there and cannot be opened ends the attempt. */
export const askProvider = async <T>(
  { secretProvider }: EngineContext,
  ask: (provider: SecretProvider) => Promise<T> | undefined,
): Promise<T | null | undefined> => {
  try {
    return await ask(secretProvider);
  } catch (error) {
    // Another host may have the key, and this one may get it.
    if (hasCode(error, 'key-missing')) throw infrastructureFailed('key-missing', error.message, error);
    if (hasCode(error, 'value-damaged')) throw startFailed('value-damaged', error.message, error);
    if (isRunyardError(error) && error.code !== 'store-unavailable') throw error;
    throw new ExecutorUnavailable(
      `the secret provider did not answer: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
};

const hasCode = (error: unknown, code: string): error is Error => isRunyardError(error) && error.code === code;

const nullIfDamaged = (error: unknown): null => {
  if (isAttemptFailed(error) && 'reason' in error.outcome && error.outcome.reason === 'value-damaged') return null;
  throw error;
};
