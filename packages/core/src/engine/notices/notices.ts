import type { StoredDocument } from '../../domain/document.ts';
import type { NoticeEvent } from '../../domain/notice/notice.ts';
import type { FailingDocument, Outgoing, Target } from '../../domain/notice/records.ts';
import type { Change } from '../../ports/store.ts';
import { newWaker, type Waker } from '../waker.ts';
import { type Line, newLine } from './line.ts';
import { type SharedReads, sharedReads } from './shared-reads.ts';
import { waitingOf } from './waiting-of.ts';

/** Who is to be told of what, and what is still to be sent, as far as this instance knows. */
export interface Notices {
  /** Whether anybody is told of anything. What is done for notifications is done only then. */
  any(): boolean;
  /** Who is told of this. */
  wanting(event: NoticeEvent, job: { id: string; owner: string }): Target[];
  /** Everybody who is told of this, about whichever job. */
  listening(event: NoticeEvent): Target[];
  /** The webhooks are about to be read: gives what replaces those of before, unless a later reading was faster. */
  reading(): (webhooks: readonly Target[]) => void;
  /** These were committed: what there is to send among them is sent. */
  committed(changes: readonly Change[]): void;
  /** What is to be sent. */
  readonly line: Line;
  /** By job: documents `failing`. */
  readonly failing: SharedReads<FailingDocument | null>;
  /** Resolves when there is something to look at before its time. */
  readonly woken: Waker['woken'];
  wake(): void;
}

/** `host`: its own hook, which is told of every job; null: it has none. */
export const newNotices = (host: Target | null): Notices => {
  const waker = newWaker();
  const line = newLine();
  let byOwner = new Map<string, Target[]>();
  let readings = 0;
  let known = 0;
  const all = (): Target[] => [...(host ? [host] : []), ...[...byOwner.values()].flat()];
  return {
    any: () => host !== null || byOwner.size > 0,
    wanting(event, { id, owner }) {
      const targets = [...(host ? [host] : []), ...(byOwner.get(owner) ?? [])];
      return targets.filter(({ on, jobId }) => on.includes(event) && (jobId === null || jobId === id));
    },
    listening: (event) => all().filter(({ on }) => on.includes(event)),
    reading() {
      const number = ++readings;
      return (webhooks) => {
        if (number < known) return;
        known = number;
        byOwner = new Map();
        for (const webhook of webhooks) byOwner.set(webhook.owner, [...(byOwner.get(webhook.owner) ?? []), webhook]);
      };
    },
    committed(changes) {
      for (const change of changes) {
        if (change.kind !== 'document.insert' || change.document.kind !== 'outbox') continue;
        line.add(waitingOf(change.document as StoredDocument<Outgoing>));
        waker.wake();
      }
    },
    line,
    failing: sharedReads(),
    woken: waker.woken,
    wake: waker.wake,
  };
};
