import type { z } from 'zod';
import type { owner as ownerSchema } from '../schemas/answers.ts';

/** `user:<id>` or `group:<id>` as published. What an organisation would say is empty. */
export const ownerAnswer = (owner: string): z.output<typeof ownerSchema> => {
  const [kind, ...rest] = owner.split(':');
  const name = rest.join(':');
  return {
    id: owner,
    name,
    identity_name: name,
    identity_type: kind === 'group' ? 'group' : 'user',
    user_id: kind === 'user' ? name : null,
    group_id: kind === 'group' ? name : null,
    org_id: '',
    org_name: '',
    org_admin: false,
    avatar_url: '',
    created_at: '',
  };
};
