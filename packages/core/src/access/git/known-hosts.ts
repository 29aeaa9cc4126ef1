import { RunyardError } from '../../domain/errors.ts';
import { kindOf } from '../../domain/kind-of.ts';
import { blobOf, fingerprintOf } from './public-key.ts';

export interface HostKey {
  /** As `known_hosts` has it: `git.example.org`, `[git.example.org]:2222`. */
  host: string;
  /** Such as `ssh-ed25519`. */
  type: string;
  /** `SHA256:…`: what to compare with what the host's owner publishes. */
  fingerprint: string;
  /** The line to put into `knownHosts`. */
  line: string;
}

/** The lines of a `known_hosts` file, without those that say nothing. Throws `invalid-credential` with the number of a line that ssh would skip. */
export const readKnownHosts = (given: unknown): string => {
  if (typeof given !== 'string') throw invalid('a text', kindOf(given));
  if (Buffer.byteLength(given) > mostBytes) throw invalid(`at most ${mostBytes} bytes`, 'more');
  const lines = given.split(/\r\n?|\n/).map((line) => line.trim());
  for (const [i, line] of lines.entries()) {
    if (saysNothing(line) || parseLine(line)) continue;
    throw invalid('lines as `ssh-keyscan` prints them (host, type of key, key)', `something else in line ${i + 1}`);
  }
  return lines.flatMap((line) => (saysNothing(line) ? [] : [`${line}\n`])).join('');
};

/** The keys that the lines of `ssh-keyscan` show, by their fingerprints. */
export const hostKeys = (text: string): HostKey[] =>
  text.split('\n').flatMap((each) => {
    const line = each.trim();
    const key = saysNothing(line) ? null : parseLine(line);
    return key ? [{ host: key.host, type: key.type, fingerprint: fingerprintOf(key.blob), line }] : [];
  });

const saysNothing = (line: string): boolean => line === '' || line.startsWith('#');

const parseLine = (line: string): { host: string; type: string; blob: Buffer } | null => {
  const [, host = '', type = '', base64 = ''] =
    /^(?:@(?:cert-authority|revoked)\s+)?(\S+)\s+(\S+)\s+(\S+)(?:\s.*)?$/.exec(line) ?? [];
  if (/\p{Cc}/u.test(line.replaceAll('\t', ' ')) || host.startsWith('@')) return null;
  const blob = blobOf(type, base64);
  return blob && { host, type, blob };
};

const invalid = (expected: string, received: string): RunyardError =>
  new RunyardError('invalid-credential', `\`knownHosts\` is not valid: expected ${expected}, received ${received}.`, {
    field: 'knownHosts',
    expected,
    received,
  });

const mostBytes = 65_536;
