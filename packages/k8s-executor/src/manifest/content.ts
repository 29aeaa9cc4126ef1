import { createHash } from 'node:crypto';
import type { AttemptInput } from './attempt.ts';
import { claimSpec } from './claim-template.ts';
import { jobSpec } from './job-spec.ts';
import { isObject } from './plain-object.ts';
import { wrapper } from './scripts/wrapper.ts';

/**
 * 32 hex digits that are the same for the same attempt made by the same version under the same options: of all that is not secret, also where it lies in the
 * Secret. By it, who finds a Job that is not started yet knows whether to take it as it is.
 */
export const contentOf = ({ launch, settings }: AttemptInput): string => {
  const { env, script, secrets, sources } = launch;
  const content = {
    job: jobSpec({ launch, settings, nonce: '' }),
    claim: claimSpec(launch.size.gpu, settings),
    wrapper: wrapper(),
    script,
    env,
    secrets: secrets.map(({ type, location }) => ({ type, location })),
    sources: sources.map(({ url, commit, path, submodules, lfs }) => ({ url, commit, path, submodules, lfs })),
    knownHosts: settings.knownHosts,
  };
  return createHash('sha256').update(canonical(content)).digest('hex').slice(0, 32);
};

// The order of fields is nobody's choice.
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
