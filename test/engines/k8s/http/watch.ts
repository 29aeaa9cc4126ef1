import type { Faults, KubeObject } from '../cluster.ts';
import type { Change, ChangeType } from '../objects/change.ts';
import { lineOf } from '../objects/json.ts';
import type { Store } from '../objects/store.ts';
import { apiVersionOf } from '../resources.ts';
import { type Call, isTrue } from './call.ts';
import { hits } from './faults.ts';
import { expired, invalid, type Refusal } from './refusal.ts';
import { selectorOf } from './selectors.ts';
import { readVersion } from './version.ts';

/** What a watch writes to. */
export interface Sink {
  write(line: Buffer): void;
  /** Ends it well. */
  end(): void;
  /** Breaks it off behind what was written last, which may be half a line. */
  cut(how: 'end' | 'reset'): void;
}

export interface WatchLimits {
  faults: Faults | undefined;
  timeoutMs: number;
  bookmarkMs: number;
}

/** A watch that was allowed: `begin` is called once the answer's head is out. Throws what the server refuses with another status than 200. */
export function watch(store: Store, call: Call, limits: WatchLimits): { begin(sink: Sink): void } {
  const { query, info } = call;
  if (query.has('sendInitialEvents') && query.get('resourceVersionMatch') !== 'NotOlderThan')
    throw initialEventsTrouble();
  const selector = selectorOf(info, query);
  const asked = query.get('resourceVersion') ?? '';
  const from = asked ? readVersion(asked) : 0;
  const isMine = (object: KubeObject) =>
    (!info.namespaced || call.namespace === null || object.metadata.namespace === call.namespace) &&
    (call.name === null || object.metadata.name === call.name) &&
    (!selector || selector(object));
  return { begin: (sink) => run(store, call, { ...limits, sink, from, isMine }) };
}

interface Run extends WatchLimits {
  sink: Sink;
  /** 0: from what stands there now. */
  from: number;
  isMine(object: KubeObject): boolean;
}

function run(store: Store, call: Call, { sink, from, isMine, faults, timeoutMs, bookmarkMs }: Run): void {
  const { resource } = call.info;
  const history = store.history(resource);
  if (from && (from < history.oldest() || hits(faults, faults?.gone))) {
    sink.write(errorLine(call, from, history.oldest()));
    sink.end();
    return;
  }
  let isOver = false;
  const timers: NodeJS.Timeout[] = [];
  const stop = (ending?: () => void) => {
    if (isOver) return;
    isOver = true;
    unhear();
    for (const timer of timers) clearTimeout(timer);
    ending?.();
  };

  const write = (line: Buffer) => {
    if (isOver) return;
    if (!hits(faults, faults?.cut)) return sink.write(line);
    // Behind the line, or within it.
    sink.write(faults && faults.random() < 0.5 ? line : line.subarray(0, Math.floor(line.length / 2)));
    stop(() => sink.cut(faults && faults.random() < 0.5 ? 'end' : 'reset'));
  };
  const tell = (change: Change) => {
    if (change.resource !== resource || change.version <= from) return;
    const type = typeFor(change, isMine);
    if (type) write(lineFor(change, type));
  };
  const bookmark = (annotations?: object) => write(bookmarkLine(call, store.version(), annotations));

  const unhear = store.onChange(tell);
  if (from) for (const change of history.after(from)) tell(change);
  else {
    for (const object of store.table(resource).values()) if (isMine(object)) write(lineOf('ADDED', object));
    if (isTrue(call.query.get('allowWatchBookmarks'))) bookmark({ 'k8s.io/initial-events-end': 'true' });
  }
  call.signal.addEventListener('abort', () => stop(), { once: true });
  if (call.signal.aborted) stop();

  const asked = Number(call.query.get('timeoutSeconds') ?? 0) * 1000;
  const lastsMs = asked > 0 ? Math.min(asked, timeoutMs) : timeoutMs;
  if (isOver) return;
  timers.push(setTimeout(() => stop(() => sink.end()), lastsMs));
  if (!isTrue(call.query.get('allowWatchBookmarks'))) return;
  timers.push(setInterval(bookmark, bookmarkMs));
  // The last ones come shortly before an end that was planned.
  for (const before of [2000, 1000]) {
    if (lastsMs > before) timers.push(setTimeout(bookmark, lastsMs - before));
  }
}

// What leaves the selection is deleted for this watch, what comes into it is new.
function typeFor({ type, object, previous }: Change, isMine: (object: KubeObject) => boolean): ChangeType | null {
  const was = previous !== null && isMine(previous);
  const is = type !== 'DELETED' && isMine(object);
  if (was) return is ? 'MODIFIED' : 'DELETED';
  return is ? 'ADDED' : null;
}

function lineFor(change: Change, type: ChangeType): Buffer {
  let line = change.lines.get(type);
  if (!line) {
    line = lineOf(type, type === 'DELETED' ? lastSeen(change) : change.object);
    change.lines.set(type, line);
  }
  return line;
}

// As it was when it was still in the selection, at the version at which it left.
function lastSeen({ type, object, previous }: Change): KubeObject {
  if (type === 'DELETED' || !previous) return object;
  return { ...previous, metadata: { ...previous.metadata, resourceVersion: object.metadata.resourceVersion } };
}

// Typed as its resource, and empty but for the version: lists that must be there are null.
function bookmarkLine({ info }: Call, version: number, annotations?: object): Buffer {
  const metadata = { resourceVersion: String(version), ...(annotations ? { annotations } : {}) };
  const empty =
    info.resource === 'jobs'
      ? { spec: { template: { metadata: {}, spec: { containers: null } } }, status: {} }
      : info.resource === 'pods'
        ? { spec: { containers: null }, status: {} }
        : info.resource === 'events'
          ? { involvedObject: {}, source: {}, firstTimestamp: null, lastTimestamp: null, eventTime: null }
          : {};
  const object = { kind: info.kind, apiVersion: apiVersionOf(info), metadata, ...empty };
  return Buffer.from(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
}

function errorLine({ info }: Call, version: number, oldest: number): Buffer {
  // Events are not in the server's cache, so that another part of it answers.
  const message =
    info.resource === 'events'
      ? 'The resourceVersion for the provided watch is too old.'
      : `too old resource version: ${version} (${oldest})`;
  return Buffer.from(`${JSON.stringify({ type: 'ERROR', object: expired(message).answer.body })}\n`);
}

function initialEventsTrouble(): Refusal {
  const message = 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
  return invalid('ListOptions', 'meta.k8s.io', '', [
    { reason: 'FieldValueForbidden', message, field: 'resourceVersionMatch' },
  ]);
}
