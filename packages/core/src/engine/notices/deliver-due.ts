import type { StoredDocument } from '../../domain/document.ts';
import type { Outgoing } from '../../domain/notice/records.ts';
import type { EngineContext } from '../context.ts';
import { reportFault } from '../fault.ts';
import { deliver } from './deliver.ts';

const mostAtOnce = 16;
const mostPerReceiver = 2;
const pageSize = 200;
/** What is for a hook that this host does not have is another's; where nobody has one any more, it is dropped after so long. */
const unwantedMs = 24 * 3_600_000;

/** Begins to send what is due, as far as there is room. Gives when the next is due, epoch ms; null: nothing is. */
export const deliverDue = (context: EngineContext, signal: AbortSignal, tasks: Set<Promise<void>>): number | null => {
  const { notices, clock } = context;
  const now = clock.now();
  let next: number | null = null;
  for (const [id, { dueAt, receiver }] of notices.waiting) {
    if (notices.sending.has(id)) continue;
    if (dueAt > now) next = Math.min(next ?? dueAt, dueAt);
    else if (hasRoom(context, receiver)) begin(context, { id, receiver }, { signal, tasks });
  }
  return next;
};

/** Finds what others have left, and what an answer of the store that was lost has left of ours. */
export const findWaiting = async ({ store, notices, courier, clock }: EngineContext): Promise<void> => {
  for (let after: string | undefined; ; ) {
    const page = await store.documents({ kind: 'outbox', limit: pageSize, ...(after !== undefined && { after }) });
    for (const { id, data, createdAt } of page.items as StoredDocument<Outgoing>[]) {
      const { dueAt, webhook, receiver } = data;
      if (webhook === null && !courier.notify && createdAt + unwantedMs > clock.now()) continue;
      if (!notices.waiting.has(id)) notices.waiting.set(id, { dueAt, receiver });
    }
    if (page.next === undefined) return;
    after = page.next;
  }
};

const hasRoom = ({ notices: { sending } }: EngineContext, receiver: string): boolean =>
  sending.size < mostAtOnce && [...sending.values()].filter((other) => other === receiver).length < mostPerReceiver;

const begin = (
  context: EngineContext,
  { id, receiver }: { id: string; receiver: string },
  { signal, tasks }: { signal: AbortSignal; tasks: Set<Promise<void>> },
): void => {
  const { notices } = context;
  notices.sending.set(id, receiver);
  const task = deliver(context, id, signal)
    .catch((error: unknown) => {
      // Left as it is: it is found again.
      notices.waiting.delete(id);
      if (!signal.aborted) reportFault(context, error, 'A notification could not be sent now; trying again.');
    })
    .finally(() => {
      notices.sending.delete(id);
      tasks.delete(task);
      notices.wake();
    });
  tasks.add(task);
};
