import { RunyardError } from '../../domain/errors.ts';
import { ownerCodec, timeCodec } from './codecs.ts';
import { type Codec, type NameRow, row, same } from './name-row.ts';
import type { UnsupportedFields } from './unsupported.ts';

/* The tables of names of users, groups, tokens, secrets, git credentials and webhooks. */

/** Published texts are empty where the library has null. */
const textOrNullCodec: Codec = {
  read: (value) => (value === '' ? null : value),
  write: (value) => value ?? '',
};

/** Null is what leaving it out is: for what the library knows only as absent. */
const absentCodec = (inner?: Codec): Codec => ({
  read: (value, field) => (value === null ? undefined : inner ? inner.read(value, field) : value),
  write: (value) => value,
});

/** A list as one text, with spaces between. */
const wordsCodec: Codec = {
  read: (value) => (typeof value === 'string' ? value.split(/\s+/).filter((word) => word !== '') : value),
  write: (value) => (Array.isArray(value) ? value.join(' ') : value),
};

export const userNames: readonly NameRow[] = [
  row('username', 'name'),
  row('full_name', 'displayName', textOrNullCodec),
  row('email', 'email', textOrNullCodec),
  same('admin'),
  row('external_id', 'externalId'),
];

export const groupNames: readonly NameRow[] = [row('groupname', 'name'), row('description', 'description')];

export const groupUnsupported: UnsupportedFields = {
  is_multiple_ssh_keys: { accepted: false, instead: 'give the group several git credentials instead' },
  org_admin: { accepted: false, instead: 'there are no organisations: make its members admins' },
  org_id: { accepted: null, instead: 'there are no organisations: leave it out' },
};

export const memberNames: readonly NameRow[] = [row('user_id', 'userId')];

export const tokenNames: readonly NameRow[] = [
  same('name'),
  row('description', 'name'),
  row('scopes', 'scopes', absentCodec()),
  row('scope', 'scopes', absentCodec(wordsCodec)),
  row('expires_at', 'expiresAt', absentCodec(timeCodec)),
  row('job_id', 'jobId', absentCodec()),
  row('user_id', 'userId', absentCodec()),
  row('identity.user_id', 'userId', absentCodec()),
];

export const tokenUnsupported: UnsupportedFields = {
  refresh_expires_in: {
    accepted: null,
    instead: 'there are no refresh tokens: rotate a token before it expires, or mint one that never does',
  },
};

export const rotateNames: readonly NameRow[] = [
  row('overlap_ms', 'overlapMs'),
  row('expires_at', 'expiresAt', timeCodec),
];

export const secretNames: readonly NameRow[] = [
  same('name'),
  row('owner', 'owner', ownerCodec('invalid-secret')),
  same('value'),
  same('description'),
];

/** `allowInUse`, in the sentence that says how to remove it all the same. */
export const removalNames: readonly NameRow[] = [row('allow_in_use', 'allowInUse')];

/** Of both kinds. */
export const credentialNames: readonly NameRow[] = [
  same('kind'),
  same('name'),
  row('owner', 'owner', ownerCodec('invalid-credential')),
  same('description'),
  row('private_key', 'privateKey'),
  row('new_pair', 'newPair'),
  row('known_hosts', 'knownHosts'),
  same('host'),
  same('username'),
  same('token'),
];

/** Also of a rotation of its secret. */
export const webhookNames: readonly NameRow[] = [
  same('url'),
  row('owner', 'owner', ownerCodec('invalid-webhook')),
  same('on'),
  row('job_id', 'jobId'),
  row('after_ms', 'afterMs'),
  same('description'),
  same('enabled'),
  same('secret'),
  row('overlap_ms', 'overlapMs'),
];

export const secretUnsupported: UnsupportedFields = {
  access: { accepted: 'owner', instead: 'only jobs of its owner get a secret: make it for a group to share it' },
};

export const attachmentUnsupported: UnsupportedFields = {
  description: { accepted: '', instead: 'describe the secret itself' },
};

/** `expires_in`, of the published API, as the time that it means. */
export const withExpiry = <
  B extends { expires_at?: string | null | undefined; expires_in?: number | null | undefined },
>(
  { expires_in: seconds, ...body }: B,
  now: number,
): Omit<B, 'expires_in'> => {
  if (seconds == null) return body;
  if (body.expires_at == null) return { ...body, expires_at: new Date(now + seconds * 1000).toISOString() };
  throw new RunyardError('invalid-request', '`expires_in` and `expires_at` mean the same: give one of them.', {
    field: 'expires_in',
    expected: 'nothing beside expires_at',
    received: String(seconds),
  });
};
