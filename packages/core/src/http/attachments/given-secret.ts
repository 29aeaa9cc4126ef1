import type { z } from 'zod';
import { isRunyardError, RunyardError } from '../../domain/errors.ts';
import type { SecretAttachment } from '../../domain/job/job.ts';
import type { JobView, Services } from '../../services/api.ts';
import type { SecretInput, SecretView } from '../../services/secrets/api.ts';
import { withOwner } from '../names/given-owner.ts';
import { row } from '../names/name-row.ts';
import { secretNames, secretUnsupported } from '../names/people-names.ts';
import { toLibrary } from '../names/translate.ts';
import { withoutUnsupported } from '../names/unsupported.ts';
import { inWireNames } from '../names/wire-error.ts';
import type { Call } from '../route.ts';
import type { attachmentUpdate } from '../schemas/attachments.ts';
import { madeSecretId } from './attachment-id.ts';

type Body = Pick<z.output<typeof attachmentUpdate>, 'secret' | 'secret_id'>;

/** The secret that is to be attached to a job, and how it is taken back where that fails; null: the body says none. */
export interface GivenSecret {
  name: string;
  undo(): Promise<void>;
}

interface Given {
  body: Body;
  /** Whether one of that name stands already where it is to be. */
  isThere(name: string): boolean;
  /** How one of that name is to be attached; null: that is not said. */
  placeOf(name: string): SecretAttachment | null;
}

/**
 * Found by `secret_id`, or made of `secret`: for the owner of the job, since no other job gets it. Where it was made for that place before, or is attached there, by
 * somebody who may not have heard of it, it only gets the value.
 */
export const givenSecret = async (
  call: Call,
  { id: jobId, spec }: JobView,
  { body, isThere, placeOf }: Given,
): Promise<GivenSecret | null> => {
  const { services } = call;
  const { secret, secret_id: id } = body;
  if (secret != null && id != null)
    throw invalid('secret', 'nothing beside secret_id', 'both', '`secret` makes a new one, and `secret_id` names one');
  if (id != null) {
    const { name, owner } = await services.secrets.get(id);
    if (owner !== spec.owner) throw ofAnother('secret_id', id);
    return { name, undo: async () => {} };
  }
  if (secret == null) return null;
  const made = await inWireNames({ secret }, names, async () => {
    const named = await withOwner(withoutUnsupported(secret, secretUnsupported), call.owners, {
      code: 'invalid-secret',
    });
    const input = toLibrary(named, secretNames) as unknown as SecretInput;
    if (input.owner !== undefined && input.owner !== spec.owner) throw ofAnother('owner', input.owner);
    const place = placeOf(input.name);
    const id = place ? { id: madeSecretId(jobId, place) } : {};
    return newOrThere(services, { ...input, ...id, owner: spec.owner }, isThere);
  });
  // A job that attached it meanwhile keeps it.
  return { name: made.name, undo: made.isNew ? () => services.secrets.remove(made.id) : async () => {} };
};

const newOrThere = async (
  { secrets }: Services,
  input: SecretInput,
  isThere: Given['isThere'],
): Promise<SecretView & { isNew: boolean }> => {
  try {
    return { ...(await secrets.create(input)), isNew: true };
  } catch (error) {
    const id = isRunyardError(error) && error.code === 'name-in-use' ? error.id : undefined;
    if (id === undefined || (id !== input.id && !isThere(input.name))) throw error;
    const { value, description } = input;
    return {
      ...(await secrets.update(id, { value, ...(description !== undefined && { description }) })),
      isNew: false,
    };
  }
};

const names = [...secretNames, row('access', 'access')].map((each) => ({ ...each, wire: `secret.${each.wire}` }));

const ofAnother = (field: string, received: string): RunyardError =>
  invalid(field, 'a secret of the owner of the job', received, 'jobs get only secrets of their own owner');

const invalid = (field: string, expected: string, received: string, why: string): RunyardError =>
  new RunyardError('invalid-request', `\`${field}\` is not valid: expected ${expected}, and ${why}.`, {
    field,
    expected,
    received,
  });
