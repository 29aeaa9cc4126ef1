import { ExecutorUnavailable, isRunyardError } from '../domain/errors.ts';
import type { Job } from '../domain/job/job.ts';
import { startFailed } from '../domain/run/launch-errors.ts';
import type { LaunchSecret } from '../ports/executor.ts';
import type { EngineContext } from './context.ts';

/** The values of a job's secrets, as they are now. One that the provider does not have ends the attempt. */
export const resolveSecrets = (context: EngineContext, { spec }: Job, signal: AbortSignal): Promise<LaunchSecret[]> =>
  Promise.all(
    spec.secrets.map(async ({ name, type, location }) => {
      const value = await askProvider(context, (provider) => provider.secret(name, { owner: spec.owner, signal }));
      if (value != null) return { type, location, value };
      throw startFailed('unknown-credential', `The secret provider has no secret '${name}' for ${spec.owner}.`);
    }),
  );

/** What has to be masked in the job's logs. A secret that was removed since is known to no one any more. */
export const secretValues = async (context: EngineContext, { spec }: Job, signal: AbortSignal): Promise<string[]> => {
  const values = await Promise.all(
    spec.secrets.map(({ name }) =>
      askProvider(context, (provider) => provider.secret(name, { owner: spec.owner, signal })),
    ),
  );
  return values.filter((value) => value != null);
};

/** A provider that throws could not be asked, which is no answer. Null where there is no provider. */
export const askProvider = async <T>(
  { secretProvider }: EngineContext,
  ask: (provider: NonNullable<EngineContext['secretProvider']>) => Promise<T> | undefined,
): Promise<T | null | undefined> => {
  if (!secretProvider) return null;
  try {
    return await ask(secretProvider);
  } catch (error) {
    if (isRunyardError(error)) throw error;
    throw new ExecutorUnavailable(
      `the secret provider did not answer: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
};
