import { z } from 'zod';
import { RunyardError } from '../../domain/errors.ts';
import { ownerSchema } from '../../domain/job/job-schema.ts';
import { parseWith } from '../../domain/job/parse-with.ts';
import { kindOf } from '../../domain/kind-of.ts';
import { nameText } from '../documents/texts.ts';
import type { GitCredentialInput, HttpsCredentialPatch, SshCredentialPatch } from './api.ts';

/** The fields of a new credential as they should be; the secret ones are read by whoever uses them. Throws `invalid-credential`, `unknown-field`. */
export const parseCredential = (input: GitCredentialInput): GitCredentialInput => {
  const given = object(input);
  const kind = parseWith(z.looseObject({ kind: z.enum(['ssh', 'https']) }), { kind: given.kind }, { code }).kind;
  parseWith(kind === 'ssh' ? sshInput : httpsInput, veiled(given), { code });
  return given as unknown as GitCredentialInput;
};

/** Likewise, a change of a credential of that kind. */
export const parseCredentialPatch = (
  kind: 'ssh' | 'https',
  patch: SshCredentialPatch | HttpsCredentialPatch,
): SshCredentialPatch & HttpsCredentialPatch => {
  const given = object(patch);
  parseWith(kind === 'ssh' ? sshPatch : httpsPatch, veiled(given), { code });
  if (given.host !== undefined && given.token === undefined)
    throw invalid('host', 'a `token` together with another `host`, so that none is sent elsewhere by a change', 'none');
  if (given.newPair !== undefined && given.privateKey !== undefined)
    throw invalid('newPair', 'either `newPair` or `privateKey`', 'both');
  return given;
};

/** A token, of which errors show nothing. */
export const readToken = (token: unknown): string => {
  if (typeof token !== 'string') throw invalid('token', 'a text', kindOf(token));
  if (token.length < 1 || token.length > 4096)
    throw invalid('token', '1 to 4096 characters', token === '' ? 'an empty text' : `${token.length} characters`);
  // Git is told it on one line.
  if (/\p{Cc}|^\s|\s$/u.test(token))
    throw invalid(
      'token',
      'a text on one line, without spaces at its ends',
      'one with line breaks, control characters or such spaces',
    );
  return token;
};

/** Everybody who may see the credential can read it, so that a token in its place (`<token>:x-oauth-basic`) is refused, and errors show nothing of it. */
export const readUsername = (username: unknown): string => {
  if (typeof username !== 'string') throw invalid('username', 'a text', `a ${typeof username}`);
  if (username.length < 1 || username.length > 255)
    throw invalid(
      'username',
      '1 to 255 characters',
      username === '' ? 'an empty text' : `${username.length} characters`,
    );
  if (/\p{Cc}/u.test(username))
    throw invalid('username', 'a text without control characters', 'one with a control character');
  if (beginsLikeToken.test(username))
    throw invalid(
      'username',
      'a name that everybody may read, or none: give what authenticates as `token`',
      'what begins like a token',
    );
  return username;
};

// Those of GitHub, GitLab, Bitbucket, Hugging Face and our own.
const beginsLikeToken =
  /^(gh[opusr]_|github_pat_|gl(?:pat|dt|cbt|ptt|ft|rt|soat|oas|agent|imt|ffct)-|AT(?:BB|CTT)|hf_|ry[dj]_)./;

// What may be secret is only looked at by its own reader: the sentence of a schema could quote it.
const veiled = (given: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, secretFields.includes(name) ? 'veiled' : value]),
  );

const object = (given: unknown): Record<string, unknown> => {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return { ...given };
  throw invalid(null, 'an object with the fields of a git credential', kindOf(given));
};

const code = 'invalid-credential';
const secretFields = ['privateKey', 'token', 'username'];
const description = z.string().max(2048).optional();
const text = z.string().optional();
const common = { name: nameText, owner: ownerSchema.optional(), description };
const sshInput = z.strictObject({ kind: z.literal('ssh'), ...common, privateKey: text, knownHosts: text });
const httpsInput = z.strictObject({
  kind: z.literal('https'),
  ...common,
  host: z.string(),
  username: text,
  token: z.string(),
});
const sshPatch = z.strictObject({
  description,
  privateKey: text,
  newPair: z.literal(true).optional(),
  knownHosts: text,
});
const httpsPatch = z.strictObject({ description, username: text, token: text, host: text });

const invalid = (field: string | null, expected: string, received: string): RunyardError =>
  new RunyardError(
    code,
    `${field === null ? 'A git credential' : `\`${field}\``} is not valid: expected ${expected}; received ${received}.`,
    { ...(field !== null && { field }), expected, received },
  );
