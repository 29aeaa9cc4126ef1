import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { KubeObject, ReadLog } from '../../cluster.ts';
import { logRefusal } from '../../http/log.ts';
import type { PodRun } from '../kubelet/pod-run.ts';
import type { Pod } from '../shared/objects.ts';
import type { Node } from '../shared/stage.ts';
import { type Piece, readPieces } from './pieces.ts';
import { lineWriter } from './write-lines.ts';

interface Sources {
  docker: Docker;
  node(name: string): Node | undefined;
  runOf(uid: string): PodRun | undefined;
}

/** Reads logs as a kubelet answers for them. */
export const logReader =
  ({ docker, node, runOf }: Sources): ReadLog =>
  async (object, query, signal) => {
    const pod = object as Pod;
    const { nodeName } = pod.spec;
    if (nodeName === undefined) return { status: 204, body: '' };
    const name = query.container ?? pod.spec.containers[0]?.name ?? '';
    const state = node(nodeName)?.state;
    if (state === 'lost') return unreachable(pod, name);
    const run = runOf(pod.metadata.uid);
    if (state !== 'ready' || !run) return notFound(nodeName);
    const refusal = logRefusal(pod, query.container);
    if (refusal) return refusal;
    const id = run.containers.find(({ spec }) => spec.name === name)?.id;
    return { status: 200, body: id ? await textOf(docker.getContainer(id), query, signal) : '' };
  };

const textOf = async (
  container: Docker.Container,
  query: Parameters<ReadLog>[1],
  signal: AbortSignal,
): Promise<Buffer | Readable> => {
  const { follow, timestamps, sinceTime, tailLines, limitBytes = Number.POSITIVE_INFINITY } = query;
  // Cut to whole seconds on the way to the kubelet.
  const since = sinceTime === undefined ? 0 : Math.floor(Date.parse(sinceTime) / 1000);
  const pieces = readAll(container, { follow, since, tail: tailLines ?? 'all', signal });
  const text = cutAfter(limitBytes, written(pieces, timestamps));
  if (follow) return Readable.from(text, { objectMode: false });
  const parts: Buffer[] = [];
  for await (const part of text) parts.push(part);
  return Buffer.concat(parts);
};

/** A stream that follows can end a little before its container's last words: those are read behind its end. */
async function* readAll(container: Docker.Container, query: Parameters<typeof readPieces>[1]): AsyncGenerator<Piece> {
  let seen = 0;
  for await (const piece of readPieces(container, query)) {
    seen += 1;
    yield piece;
  }
  if (!query.follow || query.tail !== 'all' || query.signal.aborted) return;
  for await (const piece of readPieces(container, { ...query, follow: false })) if (--seen < 0) yield piece;
}

async function* written(pieces: AsyncIterable<Piece>, timestamps: boolean): AsyncGenerator<Buffer> {
  const write = lineWriter(timestamps);
  for await (const piece of pieces) yield write(piece);
}

async function* cutAfter(bytes: number, text: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const part of text) {
    yield part.subarray(0, left);
    left -= part.length;
    if (left <= 0) return;
  }
}

type Answer = Awaited<ReturnType<ReadLog>>;

const failure = (status: number, message: string, rest: object = {}): Answer => ({
  status,
  body: {
    ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message },
    ...{ ...rest, code: status },
  },
});

const notFound = (name: string): Answer =>
  failure(404, `pods "${name}" not found`, { reason: 'NotFound', details: { name, kind: 'pods' } });

const unreachable = ({ metadata: { namespace, name } }: KubeObject, container: string): Answer => {
  const url = `https://127.0.0.1:10250/containerLogs/${namespace}/${name}/${container}`;
  return failure(500, `Get "${url}": dial tcp 127.0.0.1:10250: connect: connection refused`);
};
