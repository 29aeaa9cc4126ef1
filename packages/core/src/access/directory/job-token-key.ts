import { createSecretKey, type KeyObject } from 'node:crypto';
import { isRunyardError } from '../../domain/errors.ts';
import type { Logger } from '../../ports/host.ts';
import { installationKey, type KeyParts } from './installation-key.ts';

export type JobTokenKey = { key: KeyObject; fault: null } | { key: null; fault: string };

/**
 * The key that signs the tokens of runs. One that this host cannot open keeps it from nothing but that, and is never made anew unasked: another
 * host may have what opens it, and its runs' tokens hang on it.
 */
export const jobTokenKey = async (parts: KeyParts & { logger: Logger }): Promise<JobTokenKey> => {
  try {
    return { key: createSecretKey(await installationKey(parts, 'job-tokens')), fault: null };
  } catch (error) {
    if (!isRunyardError(error) || (error.code !== 'key-missing' && error.code !== 'value-damaged')) throw error;
    const fault = `Runs that this host starts cannot call back (no RUNYARD_URL, no RUNYARD_TOKEN), and it accepts no job tokens: ${error.message} Start the host again then. Where no host has the key any more, give another one, call \`runyard.secrets.rotate({ replaceLostKeys: true })\`, and start every host again.`;
    parts.logger.error({ err: error }, fault);
    return { key: null, fault };
  }
};
