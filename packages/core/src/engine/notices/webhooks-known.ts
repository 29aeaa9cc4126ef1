import { type NoticeEvent, noticeEvents } from '../../domain/notice/notice.ts';
import type { Target } from '../../domain/notice/records.ts';
import type { EngineContext } from '../context.ts';
import { reportFault } from '../fault.ts';

/** What of a webhook's data says whom it tells of what. */
export interface WebhookTells {
  url: string;
  enabled: boolean;
  on: readonly NoticeEvent[] | null;
  jobId: string | null;
  afterMs: number | null;
}

/** Reads which webhooks there are, so that whoever writes the end of a run need not ask. */
export const readWebhooks = async ({ store, notices, settings }: EngineContext): Promise<void> => {
  const know = notices.reading();
  const webhooks: Target[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.documents({ kind: 'webhook', limit: 200, ...(after !== undefined && { after }) });
    for (const { id, owner, data } of page.items) {
      const { url, enabled, on, jobId, afterMs } = data as WebhookTells;
      if (!enabled) continue;
      const receiver = new URL(url).host;
      const waits = afterMs ?? settings.waitingAfterMs;
      webhooks.push({ webhook: id, receiver, owner, on: on ?? noticeEvents, jobId, afterMs: waits });
    }
    if (page.next === undefined) break;
    after = page.next;
  }
  know(webhooks);
};

/** Webhooks were changed here: what happens from now on is told as they say. Never rejects, since they are changed already. */
export const webhooksChanged = async (context: EngineContext): Promise<void> => {
  try {
    await readWebhooks(context);
  } catch (error) {
    reportFault(context, error, 'The webhooks could not be read; they are within half a minute.');
  }
  context.notices.wake();
};
