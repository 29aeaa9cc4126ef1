import type { RecordedCall, RecordedFrame } from './recording.ts';

/** The log of one container of a recording. */
export interface RecordedLog {
  /** As written, with a stamp before each line. */
  text: string;
  /** In these pieces it came while it was followed: up to which character, and when. Empty: nobody followed it. */
  pieces: { end: number; t: number }[];
  /** From then on it is answered so: the node does not answer, or is gone. */
  broken: { t: number; status: number; body: object } | null;
}

/** Logs by the pod's uid and the container: `uid/job`. */
export function logsOf(calls: readonly RecordedCall[], frames: readonly RecordedFrame[]): Map<string, RecordedLog> {
  const logs = new Map<string, RecordedLog>();
  for (const call of calls) {
    const asked = askedOf(call, frames);
    if (!asked) continue;
    const log = logs.get(asked.key) ?? { text: '', pieces: [], broken: null };
    logs.set(asked.key, log);
    if (isBroken(call, asked.pod)) {
      log.broken ??= { t: call.t_ms, status: call.response.status, body: call.response.body };
    } else if (isWhole(call)) learn(log, call, asked);
  }
  return logs;
}

interface Asked {
  key: string;
  pod: string;
  /** Epoch ms: since when the container ran, as far as that was seen. */
  startedMs: number;
}

function askedOf({ request }: RecordedCall, frames: readonly RecordedFrame[]): Asked | null {
  const [path = '', query = ''] = request.path.split('?');
  const pod = /\/pods\/([^/]+)\/log$/.exec(path)?.[1];
  const last = frames.findLast(({ kind, object }) => kind === 'pod' && object.metadata.name === pod)?.object;
  if (!pod || !last) return null;
  const container = new URLSearchParams(query).get('container') ?? 'job';
  const state = [...(last.status.initContainerStatuses ?? []), ...(last.status.containerStatuses ?? [])].find(
    ({ name }) => name === container,
  )?.state;
  const started = state?.running?.startedAt ?? state?.terminated?.startedAt ?? last.metadata.creationTimestamp;
  return { key: `${last.metadata.uid}/${container}`, pod, startedMs: Date.parse(started) };
}

const isBroken = ({ response }: RecordedCall, pod: string) =>
  response.status === 500 || (response.status === 404 && response.body.details?.name !== pod);

const isWhole = ({ request, response }: RecordedCall) =>
  response.status === 200 && !/sinceTime|sinceSeconds|tailLines|limitBytes/.test(request.path);

// What was followed with stamps tells most; without stamps, some are made up.
function learn(log: RecordedLog, { request, response }: RecordedCall, { startedMs }: Asked): void {
  const text: string = request.path.includes('timestamps=true') ? response.body : stamped(response.body, startedMs);
  if (text.length < log.text.length || (text.length === log.text.length && log.pieces.length)) return;
  log.text = text;
  log.pieces = [];
  if (response.chunks?.map((chunk) => chunk.text).join('') !== text) return;
  for (const chunk of response.chunks) {
    log.pieces.push({ end: (log.pieces.at(-1)?.end ?? 0) + chunk.text.length, t: chunk.t_ms });
  }
}

function stamped(text: string, startedMs: number): string {
  return text
    .split(/(?<=\n)/)
    .filter(Boolean)
    .map((line, index) => `${new Date(startedMs + index).toISOString().slice(0, -1)}000000Z ${line}`)
    .join('');
}
