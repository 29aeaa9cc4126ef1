import type { Principal } from '@runyard/core';
import type { User } from './users.ts';

/** Who a user of this service is for Runyard: his team is the group that owns jobs, and operators may do everything. */
export const principalOf = ({ id, login, team, isOperator }: User): Principal => ({
  kind: 'user',
  id: `${id}`,
  name: login,
  groups: [team],
  admin: isOperator,
});
