import type { StoredDocument } from '../../domain/document.ts';
import { delayAfter } from '../../domain/notice/backoff.ts';
import type { DeliveryData, Outgoing } from '../../domain/notice/records.ts';
import type { Sent } from '../../ports/courier.ts';
import type { Change } from '../../ports/store.ts';
import type { EngineContext } from '../context.ts';

export type OutboxDocument = StoredDocument<Outgoing>;

/** What came of an attempt; `dropped`: there is nobody to send it to any more. */
export type Attempted = Sent & { ms: number; at: number; gone: boolean; dropped: boolean };

/** Writes down what came of an attempt, and gives when it is sent again, epoch ms; null: it is over, or another has taken it. */
export const recordAttempt = async (
  context: EngineContext,
  taken: OutboxDocument,
  attempted: Attempted,
): Promise<number | null> => {
  const { store, clock } = context;
  const now = clock.now();
  const verdict = verdictOf(context, taken, attempted);
  const delivery = (await store.document('delivery', taken.data.delivery)) as StoredDocument<DeliveryData> | null;
  const { revision, data } = taken;
  const change: Change =
    verdict.nextAt === null
      ? { kind: 'document.remove', documentKind: 'outbox', id: taken.id, expectRevision: revision }
      : {
          kind: 'document.update',
          document: {
            ...taken,
            revision: revision + 1,
            updatedAt: now,
            data: { ...data, attempts: verdict.attempts, dueAt: verdict.nextAt, lease: null },
          },
          expectRevision: revision,
        };
  const record: Change[] = delivery
    ? [
        {
          kind: 'document.update',
          document: {
            ...delivery,
            revision: delivery.revision + 1,
            updatedAt: now,
            data: { ...delivery.data, ...verdict },
          },
          expectRevision: delivery.revision,
        },
      ]
    : [];
  const [result] = await store.commit([[change, ...record]]);
  if (!result?.ok) return null;
  count(context, verdict);
  return verdict.nextAt;
};

const count = ({ counters }: EngineContext, { state }: Verdict): void => {
  if (state === 'delivered') counters.notificationsDelivered++;
  else if (state === 'pending') counters.notificationsFailed++;
  else if (state === 'given-up') counters.notificationsGivenUp++;
};

type Verdict = Omit<DeliveryData, 'notification' | 'event'>;

const verdictOf = (
  { clock, entropy }: EngineContext,
  { data }: OutboxDocument,
  { status, answer, sentence, ms, at, gone, dropped }: Attempted,
): Verdict => {
  if (dropped)
    return {
      state: 'dropped',
      attempts: data.attempts,
      lastAt: null,
      status,
      ms: null,
      sentence,
      answer,
      nextAt: null,
    };
  const attempts = data.attempts + 1;
  const tried = { attempts, lastAt: at, status, ms, answer, sentence };
  if (sentence === null) return { ...tried, state: 'delivered', nextAt: null };
  const delay = gone ? null : delayAfter(attempts, entropy.random());
  return delay === null
    ? { ...tried, state: 'given-up', nextAt: null }
    : { ...tried, state: 'pending', nextAt: clock.now() + delay };
};
