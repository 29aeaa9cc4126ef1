import type { Job } from '../../domain/job/job.ts';
import type { Facts, NoticeEvent, NoticeRun, Notification } from '../../domain/notice/notice.ts';
import { type DeliveryData, deliveriesOf, type Outgoing, type Target } from '../../domain/notice/records.ts';
import { inWords } from '../../domain/notice/words.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Change } from '../../ports/store.ts';
import type { EngineContext } from '../context.ts';

export interface About {
  event: NoticeEvent;
  job: Pick<Job, 'id' | 'spec'>;
  run?: Run;
  missed?: Facts['missed'];
  waitingSince?: number;
  now: number;
}

/**
 * What is written where somebody is to be told of something, in the transaction that makes it true: for each of them what is to be sent, and the
 * record of it. Empty where nobody is. `targets`: only these; default: all who want to know.
 */
export const makeNotices = (
  context: EngineContext,
  about: About,
  targets: readonly Target[] = wanting(context, about),
): Change[] => {
  if (targets.length === 0) return [];
  const notification = notificationOf(context, about);
  return targets.flatMap((target) => noticeTo(context, target, { notification, now: about.now, once: null }));
};

const wanting = ({ notices }: EngineContext, { event, job }: About): Target[] =>
  notices.any() ? notices.wanting(event, { id: job.id, owner: job.spec.owner }) : [];

/** Of somebody being told. `once`: what is told once, ever: the first change's guard does not hold where it was. */
export const noticeTo = (
  { entropy }: EngineContext,
  { webhook, receiver, owner }: Target,
  { notification, now, once }: { notification: Notification; now: number; once: string | null },
): Change[] => {
  const [delivery, outbox] = [entropy.id(), entropy.id()];
  const times = { revision: 1, createdAt: now, updatedAt: now };
  const record: DeliveryData = {
    notification: notification.id,
    event: notification.event,
    state: 'pending',
    attempts: 0,
    lastAt: null,
    status: null,
    ms: null,
    sentence: null,
    answer: null,
    nextAt: now,
  };
  const data: Outgoing = { webhook, receiver, delivery, notification, attempts: 0, dueAt: now, lease: null };
  const told = { kind: 'delivery', id: delivery, owner: deliveriesOf(webhook), name: delivery, lookup: once } as const;
  const sent = { kind: 'outbox', id: outbox, owner, name: outbox, lookup: null } as const;
  return [
    { kind: 'document.insert', document: { ...told, data: record, ...times } },
    { kind: 'document.insert', document: { ...sent, data, ...times } },
  ];
};

export const notificationOf = (
  { entropy, installation, settings }: EngineContext,
  { event, job, run, missed, waitingSince, now }: About,
): Notification =>
  inWords({
    id: entropy.id(),
    event,
    at: now,
    installation,
    job: { id: job.id, name: job.spec.name, owner: job.spec.owner },
    run: run ? told(run, settings.publicUrl) : null,
    missed: missed ?? null,
    waitingSince: waitingSince ?? null,
  });

const mostWords = 2000;

// Its sentence was masked when it was made; env, overrides and commands are nobody's news.
const told = (run: Run, publicUrl: string | null): NoticeRun => ({
  id: run.id,
  state: run.state,
  reason: run.reason,
  sentence: run.sentence === null ? null : run.sentence.slice(0, mostWords),
  trigger: run.trigger,
  createdAt: run.createdAt,
  startedAt: run.startedAt,
  endedAt: run.endedAt,
  attempts: run.attempt,
  url: publicUrl === null ? null : `${publicUrl}/runs/${run.id}`,
});
