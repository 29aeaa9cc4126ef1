import type { StoredDocument } from '../../domain/document.ts';
import type { Outgoing } from '../../domain/notice/records.ts';
import type { EngineContext } from '../context.ts';
import { reportFault } from '../fault.ts';
import { deliver } from './deliver.ts';
import { waitingOf } from './waiting-of.ts';

const pageSize = 200;
/** What is for a hook that this host does not have is another's; where nobody has one any more, it is dropped after so long. */
const unwantedMs = 24 * 3_600_000;

/** Begins to send what is due, as far as there is room. Gives when the next is due, epoch ms; null: nothing is. */
export const deliverDue = (context: EngineContext, signal: AbortSignal, tasks: Set<Promise<void>>): number | null => {
  const { line } = context.notices;
  const now = context.clock.now();
  for (let next = line.take(now); next; next = line.take(now)) begin(context, next.id, { signal, tasks });
  return line.nextAt(now);
};

/** Finds what others have left, and what an answer of the store that was lost has left of ours. */
export const findWaiting = async ({ store, notices, courier, clock }: EngineContext): Promise<void> => {
  for (let after: string | undefined; ; ) {
    const page = await store.documents({ kind: 'outbox', limit: pageSize, ...(after !== undefined && { after }) });
    for (const document of page.items as StoredDocument<Outgoing>[]) {
      const { id, data, createdAt } = document;
      if (data.webhook === null && !courier.notify && createdAt + unwantedMs > clock.now()) continue;
      if (!notices.line.has(id)) notices.line.add(waitingOf(document));
    }
    if (page.next === undefined) return;
    after = page.next;
  }
};

const begin = (
  context: EngineContext,
  id: string,
  { signal, tasks }: { signal: AbortSignal; tasks: Set<Promise<void>> },
): void => {
  const { notices } = context;
  const task = deliver(context, id, signal)
    .catch((error: unknown) => {
      if (!signal.aborted) reportFault(context, error, 'A notification could not be sent now; trying again.');
    })
    .finally(() => {
      // Unless it waits again. Where it could not be sent it is left as it is, and found again.
      notices.line.done(id);
      tasks.delete(task);
      notices.wake();
    });
  tasks.add(task);
};
