import { isRunyardError, RunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';

/** Of a user that is refused because another has his name or the id that the host knows him by: says which of the two it is. */
export const takenName =
  ({ store }: EngineContext, { name, externalId }: { name: string; externalId: string | null }) =>
  async (error: unknown): Promise<never> => {
    if (!isRunyardError(error) || error.code !== 'name-in-use') throw error;
    const byName = await store.documentByName('user', '', name);
    if (byName?.id === error.id) throw error;
    throw new RunyardError(
      'name-in-use',
      `There is a user whose external id is '${externalId}' already${error.id === undefined ? '' : ` (${error.id})`}. Give this one another.`,
      { field: 'externalId', received: String(externalId), ...(error.id !== undefined && { id: error.id }) },
    );
  };
