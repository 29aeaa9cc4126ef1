import { type ErrorCode, RunyardError } from '../../domain/errors.ts';
import type { Owners } from '../../services/owners/api.ts';
import { ownerText } from './codecs.ts';

/**
 * The body with its owner as `user:<id>` or `group:<id>`, however it names him. `code` is that of one that names nobody, `field` where the owner stands
 * for who reads the error.
 */
export const withOwner = async <Body extends object>(
  body: Body,
  owners: Owners,
  { code, field = 'owner' }: { code: ErrorCode; field?: string },
): Promise<Body> => {
  const given: unknown = 'owner' in body ? body.owner : undefined;
  if (given === undefined || given === null) return body;
  const text = ownerText(given, field, code);
  const { owner, found } = await owners.find(text);
  if (found === 'several') throw severalOwners(code, field, text);
  if (found === 'none') throw noOwner(code, field, text);
  return { ...body, owner };
};

/** Of a name that a user and a group have. */
export const severalOwners = (code: ErrorCode, field: string, text: string): RunyardError =>
  new RunyardError(
    code,
    `\`${field}\` names a user and a group: say which, as \`user:${text}\` or \`group:${text}\`.`,
    {
      field,
      expected: `user:${text} or group:${text}`,
      received: text,
    },
  );

const noOwner = (code: ErrorCode, field: string, text: string): RunyardError =>
  new RunyardError(
    code,
    `\`${field}\` names nobody: there is no user and no group '${text}', or you may not see it. Somebody whom only the host knows is \`user:<id>\`.`,
    { field, expected: 'the name of a user or of a group, user:<id> or group:<id>', received: text },
  );
