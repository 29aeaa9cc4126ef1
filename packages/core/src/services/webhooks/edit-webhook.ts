import type { Principal } from '../../access/principal.ts';
import { isRunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';
import { changeDocument } from '../documents/write-document.ts';
import type { WebhookData, WebhookDocument } from './webhook-view.ts';

export interface WebhookEdit {
  /** For the audit trail. */
  deed: string;
  details: Record<string, unknown>;
  next(document: WebhookDocument): WebhookData;
}

/** How often it is tried anew where its secret was encrypted anew meanwhile, or somebody changed something else. */
const tries = 5;

/** Applies an edit to the newest version: its fields are told apart, so that two who edit do not undo each other's. */
export const editWebhook = async (
  context: EngineContext,
  principal: Principal,
  { deed, details, next }: WebhookEdit,
  read: () => Promise<WebhookDocument>,
): Promise<WebhookDocument> => {
  for (let attempt = 1; ; attempt++) {
    const document = await read();
    try {
      const change = { data: next(document) };
      return await changeDocument(context, principal, { document, change, told: { deed, details } });
    } catch (error) {
      if (attempt === tries || !isRunyardError(error) || error.code !== 'edit-conflict') throw error;
    }
  }
};
