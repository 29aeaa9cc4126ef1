import type { z } from 'zod';
import type { GitCredentialView, ScannedHost } from '../../services/git-credentials/api.ts';
import type { OwnerNames } from '../../services/owners/api.ts';
import type { gitCredential, scannedHost } from '../schemas/git-credentials.ts';
import { ownerAnswer } from './owner-answer.ts';
import { toTimestamp } from './time.ts';

/** A git credential on the wire. The view has no secret half, so neither has this. */
export const gitCredentialAnswer = (view: GitCredentialView, owners?: OwnerNames): z.output<typeof gitCredential> => {
  const { id, name, description, keyId, createdAt, updatedAt } = view;
  const common = {
    id,
    name,
    owner: ownerAnswer(view.owner, owners),
    description,
    key_id: keyId,
    created_at: toTimestamp(createdAt),
    updated_at: toTimestamp(updatedAt),
  };
  if (view.kind === 'https') return { kind: 'https', ...common, host: view.host, username: view.username };
  const { publicKey, fingerprint, knownHosts } = view;
  return { kind: 'ssh', ...common, public_key: publicKey, fingerprint, known_hosts: knownHosts };
};

export const scannedHostAnswer = ({ host, port, keys, knownHosts }: ScannedHost): z.output<typeof scannedHost> => ({
  host,
  port,
  keys: keys.map(({ host: named, type, fingerprint, line }) => ({ host: named, type, fingerprint, line })),
  known_hosts: knownHosts,
});
