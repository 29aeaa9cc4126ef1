import { RunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';
import { whatIsOwned } from '../documents/what-is-owned.ts';

/**
 * Throws `owner-in-use` where the id by which the host names somebody owns something: from the moment when he is in the directory he would see no more of it.
 */
export const nothingUnder = async (context: EngineContext, externalId: string | null): Promise<void> => {
  if (externalId === null || !canOwn.test(externalId)) return;
  const owned = await whatIsOwned(context, { owner: `user:${externalId}`, what: `host's user '${externalId}'` });
  if (!owned) return;
  throw new RunyardError(
    owned.code,
    `${owned.message} In the directory he would be another owner, and lose sight of it: make him with \`externalId: null\`, clone his jobs for the \`user:<id>\` that he has then and remove the old ones, make the rest anew, and set his \`externalId\` at last.`,
    { field: 'externalId', received: externalId, ...(owned.id !== undefined && { id: owned.id }) },
  );
};

const canOwn = /^[^\s:]{1,200}$/;
