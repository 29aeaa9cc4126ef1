import type { Principal } from '../../access/principal.ts';
import type { EngineContext } from '../../engine/context.ts';
import type { Owners } from './api.ts';
import { findOwner } from './find-owner.ts';
import { namedOwners } from './named-owners.ts';

export const createOwners = (context: EngineContext, principal: Principal): Owners => ({
  named: (owners) => namedOwners(context, principal, owners),
  find: (text) => findOwner(context, principal, text),
});
