import { Readable } from 'node:stream';
import type { KubeObject, ReadLog } from '../cluster.ts';
import { logRefusal } from '../http/log.ts';
import type { Clock } from './clock.ts';
import type { RecordedLog } from './recorded-logs.ts';
import { fill, templateMaker } from './template.ts';

type Query = Parameters<ReadLog>[1];

export interface PlayedLog {
  /** undefined: the recording has none, and it is taken for empty. */
  log: RecordedLog | undefined;
  clock: Clock;
  /** The pod as it is now; undefined: gone. */
  pod(): KubeObject | undefined;
  /** Resolves at its next change, after so many ms, or when the signal aborts. */
  changed(ms: number, signal: AbortSignal): Promise<void>;
}

/** What a kubelet would answer at this moment of the play. */
export function playLog(
  { log, clock, pod, changed }: PlayedLog,
  query: Query,
  signal: AbortSignal,
): { status: number; body: string | Readable | object } {
  const now = pod();
  if (log?.broken && Date.now() >= clock.at(log.broken.t)) return { status: log.broken.status, body: log.broken.body };
  const refused = now && logRefusal(now, query.container);
  if (refused) return refused;
  const lines = linesOf(log, clock);
  const there = lines.filter(({ at }) => at <= Date.now() || isOver(now, query.container));
  const wanted = there.filter(({ stamp }) => isSince(stamp, query.sinceTime));
  const tail = query.tailLines === undefined ? wanted : query.tailLines ? wanted.slice(-query.tailLines) : [];
  const text = tail.map((line) => shown(line, query)).join('');
  if (!query.follow) return { status: 200, body: limited(text, query.limitBytes) };
  const rest = lines.slice(there.length);
  return { status: 200, body: Readable.from(follow(tail, rest, { query, pod, changed, signal })) };
}

interface Line {
  /** Epoch ms at which it is written. */
  at: number;
  stamp: string;
  /** With its newline, where it has one. */
  text: string;
  /** How it comes while it is followed: pieces end anywhere. */
  cuts: number[];
}

const noNames = templateMaker([]);

function linesOf(log: RecordedLog | undefined, clock: Clock): Line[] {
  if (!log) return [];
  const lines = fill(noNames(log.text), { name: (name) => name, stamp: clock.stamp }).split(/(?<=\n)/);
  let start = 0;
  return lines.filter(Boolean).map((whole) => {
    const [from, to] = [start, start + whole.length];
    start = to;
    const piece = log.pieces.find(({ end }) => end >= to);
    const stamp = whole.slice(0, whole.indexOf(' '));
    const written = Date.parse(stamp);
    return {
      at: piece ? Math.max(written, clock.at(piece.t)) : written,
      stamp,
      text: whole.slice(stamp.length + 1),
      cuts: log.pieces.map(({ end }) => end - from).filter((end) => end > 0 && end < to - from),
    };
  });
}

// Up to the whole second, as kubelets do it.
const isSince = (stamp: string, since: string | undefined) =>
  !since || Date.parse(stamp) >= Math.floor(Date.parse(since) / 1000) * 1000;

const shown = ({ stamp, text }: Line, { timestamps }: Query) => (timestamps ? `${stamp} ${text}` : text);

const limited = (text: string, most: number | undefined) =>
  most === undefined ? text : Buffer.from(text).subarray(0, most).toString();

interface Following extends Pick<PlayedLog, 'pod' | 'changed'> {
  query: Query;
  signal: AbortSignal;
}

async function* follow(
  there: readonly Line[],
  rest: readonly Line[],
  { query, pod, changed, signal }: Following,
): AsyncGenerator<string> {
  for (const line of there) yield* pieces(line, query);
  const waits = (at: number) => !signal.aborted && at > Date.now() && !isOver(pod(), query.container);
  for (const line of rest) {
    while (waits(line.at)) await changed(line.at - Date.now(), signal);
    if (signal.aborted) return;
    yield* pieces(line, query);
  }
  while (waits(Number.POSITIVE_INFINITY)) await changed(60_000, signal);
}

function* pieces(line: Line, query: Query): Generator<string> {
  const text = shown(line, query);
  const skipped = query.timestamps ? 0 : line.stamp.length + 1;
  let start = 0;
  for (const cut of [...line.cuts.map((each) => each - skipped), text.length]) {
    if (cut > start) yield text.slice(start, cut);
    start = Math.max(start, cut);
  }
}

// A container that has ended writes no more, and neither does one whose pod is gone.
function isOver(pod: KubeObject | undefined, container = 'job'): boolean {
  const statuses = [...(pod?.status?.initContainerStatuses ?? []), ...(pod?.status?.containerStatuses ?? [])];
  return !pod || statuses.find(({ name }) => name === container)?.state?.terminated !== undefined;
}
