import type { Sent } from '../../ports/courier.ts';
import type { EngineContext } from '../context.ts';
import { reportFault } from '../fault.ts';
import { untilAnswered } from '../retry.ts';
import { within } from '../within.ts';
import { type Attempted, type OutboxDocument, recordAttempt } from './record-attempt.ts';
import { waitingOf } from './waiting-of.ts';

/** Until the status is there. */
export const webhookTimeoutMs = 10_000;
/** A mail server may be slower than a webhook. */
const hookTimeoutMs = 60_000;
/** A lease lasts so much longer than the request may take: time to write down what came of it. */
const recordMs = 30_000;

/**
 * One attempt: taken under a lease, sent, and recorded. Killed before it is recorded, it is sent again when the lease is over, under the same id; so it
 * arrives at least once. Aborting ends only our waiting, and records nothing.
 */
export const deliver = async (context: EngineContext, id: string, signal: AbortSignal): Promise<void> => {
  const { line } = context.notices;
  const taken = await take(context, id);
  if (!taken) return;
  const attempted = await attempt(context, taken, signal);
  signal.throwIfAborted();
  const dueAt = await untilAnswered(
    context.clock,
    signal,
    () => recordAttempt(context, taken, attempted),
    (error) => reportFault(context, error, 'What came of a notification could not be recorded; trying again.'),
  );
  if (dueAt !== null) line.add({ ...waitingOf(taken), attempts: taken.data.attempts + 1, dueAt });
};

// Null: it is not to be sent by us now.
const take = async ({ store, notices, instance, clock, exclusive }: EngineContext, id: string) => {
  const found = (await store.document('outbox', id)) as OutboxDocument | null;
  if (!found) return null;
  const { data } = found;
  const now = clock.now();
  const { lease } = data;
  const isTheirs = lease !== null && !exclusive && lease.instance !== instance && lease.until > now;
  const dueAt = isTheirs ? lease.until : data.dueAt;
  if (dueAt > now) {
    notices.line.add({ ...waitingOf(found), dueAt });
    return null;
  }
  const until = now + (data.webhook === null ? hookTimeoutMs : webhookTimeoutMs) + recordMs;
  const next = { ...data, lease: { instance, until } };
  const document = { ...found, revision: found.revision + 1, data: next, updatedAt: now };
  const [result] = await store.commit([[{ kind: 'document.update', document, expectRevision: found.revision }]]);
  // Another was faster: whoever it is, it is looked at again when its lease would be over.
  if (!result?.ok) notices.line.add({ ...waitingOf(found), dueAt: until });
  return result?.ok ? document : null;
};

const attempt = async (context: EngineContext, { data }: OutboxDocument, signal: AbortSignal): Promise<Attempted> => {
  const { store, clock, courier } = context;
  const { webhook: id, notification } = data;
  const at = clock.now();
  const began = clock.monotonic();
  const ended = (sent: Sent, dropped = false): Attempted => ({
    ...sent,
    at,
    ms: Math.round(clock.monotonic() - began),
    gone: sent.status === 410,
    dropped,
  });
  const nobody = (sentence: string): Attempted => ended({ status: null, answer: null, sentence }, true);
  const webhook = id === null ? null : await store.document('webhook', id);
  if (id !== null && !webhook) return nobody('The webhook was removed.');
  if (webhook && !(webhook.data as { enabled: boolean }).enabled) return nobody('The webhook was disabled.');
  if (!webhook && !courier.notify) return nobody('The host has no hook any more.');
  try {
    if (webhook) {
      const sent = await courier.send(webhook, notification, signal);
      if (sent.status === 410) await courier.disable(webhook);
      return ended(sent);
    }
    await within(hookTimeoutMs, { clock, signal }, async (limit) => courier.notify?.(notification, limit));
    return ended({ status: null, answer: null, sentence: null });
  } catch (error) {
    signal.throwIfAborted();
    return ended({ status: null, answer: null, sentence: sentenceOf(error) });
  }
};

export const sentenceOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 1000) || 'It failed without a word.';
