import type { z } from 'zod';
import { RunyardError } from '../../domain/errors.ts';
import type { JobView } from '../../services/api.ts';
import type { SecretInput } from '../../services/secrets/api.ts';
import { withOwner } from '../names/given-owner.ts';
import { row } from '../names/name-row.ts';
import { secretNames, secretUnsupported } from '../names/people-names.ts';
import { toLibrary } from '../names/translate.ts';
import { withoutUnsupported } from '../names/unsupported.ts';
import { inWireNames } from '../names/wire-error.ts';
import type { Call } from '../route.ts';
import type { attachmentUpdate } from '../schemas/attachments.ts';

type Body = Pick<z.output<typeof attachmentUpdate>, 'secret' | 'secret_id'>;

/** The secret that is to be attached to a job, and how it is taken back where that fails; null: the body says none. */
export interface GivenSecret {
  name: string;
  undo(): Promise<void>;
}

/** Found by `secret_id`, or made of `secret`: for the owner of the job, since no other job gets it. */
export const givenSecret = async (call: Call, { spec }: JobView, body: Body): Promise<GivenSecret | null> => {
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
    return services.secrets.create({ ...input, owner: spec.owner });
  });
  return { name: made.name, undo: () => services.secrets.remove(made.id, { allowInUse: true }) };
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
