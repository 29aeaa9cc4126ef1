import { hostKeys } from '../../access/git/known-hosts.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { ScannedHost } from './api.ts';

/** Prints lines of `known_hosts` for the keys that a server shows; nothing where none answers. */
export type ScanHost = (host: string, options: { port: number; signal?: AbortSignal }) => Promise<string>;

/** What a server shows now, by fingerprints that people can compare. Throws `invalid-credential` and `source-unreachable`. */
export const scanForPeople = async (
  scanHost: ScanHost,
  host: string,
  { port = 22, signal }: { port?: number; signal?: AbortSignal },
): Promise<ScannedHost> => {
  if (typeof host !== 'string' || host.length > 255 || !/^[A-Za-z0-9_:][A-Za-z0-9._:-]*$/.test(host))
    throw invalid('host', 'the name or the address of one host, without user and port', host);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid('port', 'a number from 1 to 65535', port);
  const keys = hostKeys(await scanHost(host, { port, ...(signal && { signal }) }));
  if (keys.length > 0) return { host, port, keys, knownHosts: keys.map(({ line }) => `${line}\n`).join('') };
  throw new RunyardError(
    'source-unreachable',
    `No SSH server answered at ${host}, port ${port}. Is the name right, and may this host reach it?`,
  );
};

const invalid = (field: string, expected: string, given: unknown): RunyardError => {
  const received = JSON.stringify(given)?.slice(0, 100) ?? 'nothing';
  return new RunyardError(
    'invalid-credential',
    `\`${field}\` is not valid: expected ${expected}; received ${received}.`,
    {
      field,
      expected,
      received,
    },
  );
};
