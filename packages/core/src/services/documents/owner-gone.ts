import { RunyardError } from '../../domain/errors.ts';

/** Of what is made for an owner who was there a moment ago. */
export const ownerGone = (owner: string): RunyardError =>
  new RunyardError(
    owner.startsWith('group:') ? 'group-not-found' : 'user-not-found',
    `${owner} was removed meanwhile. Name another owner.`,
    { field: 'owner', received: owner },
  );
