/** One notification to one receiver, as far as it matters when it is sent. */
export interface Waiting {
  /** Of its document `outbox`. */
  id: string;
  /** null: the host's `notify`. */
  webhook: string | null;
  /** Host and port. */
  receiver: string;
  /** That were made. */
  attempts: number;
  /** Epoch ms. */
  dueAt: number;
}

/** What this instance has to send: who is next, so that nobody is kept waiting by a receiver that is slow or that does not answer. */
export interface Line {
  /** With those that are being sent. */
  size(): number;
  has(id: string): boolean;
  add(one: Waiting): void;
  /** The next that is due and that there is room for; it is being sent until it is added again, or done. Null: none is. */
  take(now: number): Waiting | null;
  /** Is waited for no longer. */
  done(id: string): void;
  /** When the next is due that is not yet, epoch ms. */
  nextAt(now: number): number | null;
}

const mostAtOnce = 16;
/** Twice what one webhook may take, so that one that hangs leaves room for others behind the same host and port. */
const mostPerReceiver = 4;
const mostPerWebhook = 2;

/** What waits for one webhook, each soonest first. */
interface Lane {
  first: Waiting[];
  again: Waiting[];
}

/** Webhooks take turns. What was not tried yet goes before what is tried again, whosever it is. */
export const newLine = (): Line => {
  // In turn: who was served last stands last.
  const lanes = new Map<string | null, Lane>();
  const known = new Set<string>();
  const sending = new Map<string, Waiting>();

  const hasRoom = ({ webhook, receiver }: Waiting): boolean => {
    const all = [...sending.values()];
    return (
      all.length < mostAtOnce &&
      all.filter((other) => other.receiver === receiver).length < mostPerReceiver &&
      all.filter((other) => other.webhook === webhook).length < mostPerWebhook
    );
  };

  const takeFrom = (queue: keyof Lane, now: number): Waiting | null => {
    for (const [webhook, lane] of lanes) {
      const [one] = lane[queue];
      if (!one || one.dueAt > now || !hasRoom(one)) continue;
      lane[queue].shift();
      lanes.delete(webhook);
      if (lane.first.length + lane.again.length > 0) lanes.set(webhook, lane);
      sending.set(one.id, one);
      return one;
    }
    return null;
  };

  return {
    size: () => known.size,
    has: (id) => known.has(id),
    add(one) {
      if (known.has(one.id) && !sending.delete(one.id)) return;
      known.add(one.id);
      const lane = lanes.get(one.webhook) ?? { first: [], again: [] };
      lanes.set(one.webhook, lane);
      insert(one.attempts === 0 ? lane.first : lane.again, one);
    },
    take: (now) => (sending.size < mostAtOnce ? (takeFrom('first', now) ?? takeFrom('again', now)) : null),
    done(id) {
      // What waits is not done: it would be taken all the same.
      if (sending.delete(id)) known.delete(id);
    },
    nextAt(now) {
      const heads = [...lanes.values()].flatMap(({ first, again }) => [...first.slice(0, 1), ...again.slice(0, 1)]);
      const ahead = heads.map(({ dueAt }) => dueAt).filter((dueAt) => dueAt > now);
      return ahead.length > 0 ? Math.min(...ahead) : null;
    },
  };
};

// Most come in order, at the end.
const insert = (queue: Waiting[], one: Waiting): void => {
  let low = 0;
  let high = queue.length;
  if ((queue.at(-1)?.dueAt ?? one.dueAt) <= one.dueAt) low = high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((queue[middle]?.dueAt ?? 0) <= one.dueAt) low = middle + 1;
    else high = middle;
  }
  queue.splice(low, 0, one);
};
