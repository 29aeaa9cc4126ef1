import type { z } from 'zod';
import type { OwnerNames } from '../../services/owners/api.ts';
import type { owner as ownerSchema } from '../schemas/answers.ts';
import { toTimestamp, unknownTimestamp } from './time.ts';

/**
 * `user:<id>` or `group:<id>` as published, by its name where it is among these; else the id stands for it. What an organisation would
 * say is empty.
 */
export const ownerAnswer = (owner: string, names: OwnerNames = nobodysNames): z.output<typeof ownerSchema> => {
  const [kind, ...rest] = owner.split(':');
  const id = rest.join(':');
  const { name, createdAt } = names.get(owner) ?? { name: id, createdAt: null };
  return {
    id: owner,
    name,
    identity_name: name,
    identity_type: kind === 'group' ? 'group' : 'user',
    user_id: kind === 'user' ? id : null,
    group_id: kind === 'group' ? id : null,
    org_id: '',
    org_name: '',
    org_admin: false,
    avatar_url: '',
    created_at: createdAt === null ? unknownTimestamp : toTimestamp(createdAt),
  };
};

const nobodysNames: OwnerNames = new Map();
