import { infrastructureFailed } from '../../domain/run/launch-errors.ts';
import type { GitCredential } from '../../ports/source.ts';

interface About {
  name: string;
  owner: string;
}

/** The value as the host's provider gave it. What is no text is the host's mistake, told without what came. */
export const textOf = (given: unknown, about: About): string | null => {
  if (given === null || given === undefined) return null;
  if (typeof given === 'string') return given;
  throw notWanted(kindOf(given), `the secret '${about.name}' of ${about.owner}`, {
    method: 'secret',
    wanted: 'a string',
  });
};

/** As above, of a git credential. */
export const credentialOf = (given: unknown, about: About): GitCredential | null => {
  if (given === null || given === undefined) return null;
  if (isCredential(given)) return given;
  throw notWanted('something else', `the git credential '${about.name}' of ${about.owner}`, {
    method: 'gitCredential',
    wanted: "{ kind: 'https', username, password } or { kind: 'ssh', privateKey }, of strings",
  });
};

const isCredential = (given: unknown): given is GitCredential => {
  if (typeof given !== 'object' || given === null) return false;
  const { kind, username, password, privateKey, origin, knownHosts } = given as Record<string, unknown>;
  if (kind === 'https') return isText(username) && isText(password) && isTextOrNone(origin);
  return kind === 'ssh' && isText(privateKey) && isTextOrNone(knownHosts);
};

const isText = (value: unknown): boolean => typeof value === 'string';
const isTextOrNone = (value: unknown): boolean => value === undefined || isText(value);

// The host may mend its provider, so the run is tried again as often as after other failures that are not the job's.
const notWanted = (came: string, what: string, { method, wanted }: { method: string; wanted: string }) =>
  infrastructureFailed(
    'provider-answer',
    `The host's secret provider returned ${came} for ${what}: \`${method}\` of \`createRunyard({ secretProvider })\` has to return ${wanted}, or null where there is none.`,
  );

const kindOf = (given: unknown): string => {
  if (given instanceof Uint8Array) return 'bytes (decode them into a text)';
  if (Array.isArray(given)) return 'a list';
  return typeof given === 'object' ? 'an object' : `a ${typeof given}`;
};
