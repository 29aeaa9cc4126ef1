import type { StoredDocument } from '../../domain/document.ts';
import type { Outgoing } from '../../domain/notice/records.ts';
import type { Waiting } from './line.ts';

/** How a document `outbox` stands in line. */
export const waitingOf = ({ id, data }: Pick<StoredDocument<Outgoing>, 'id' | 'data'>): Waiting => {
  const { webhook, receiver, attempts, dueAt } = data;
  return { id, webhook, receiver, attempts, dueAt };
};
