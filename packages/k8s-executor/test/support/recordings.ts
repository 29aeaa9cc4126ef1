import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { EventObject, JobObject, PodObject } from '../../src/api/objects.ts';

/** What one of the three watches told. */
export type Frame = { at: number; type: 'ADDED' | 'MODIFIED' | 'DELETED' } & (
  | { kind: 'job'; object: JobObject }
  | { kind: 'pod'; object: PodObject }
  | { kind: 'event'; object: EventObject }
);

export interface Recording {
  /** In order of arrival. */
  frames: readonly Frame[];
  /** Of its Jobs, in the order in which they came. */
  jobs: readonly JobObject[];
  /** Milliseconds at which a Job of that name was first asked to be deleted over HTTP, as frames count them. */
  deletedAt(job: JobObject): number;
}

const folder = new URL('../../../../test/engines/k8s/recordings/', import.meta.url);

export const recordings = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl.gz'))
    .map((name) => name.replace('.jsonl.gz', ''))
    .sort();

interface Line {
  t_ms: number;
  kind: 'job' | 'pod' | 'event' | 'http';
  type?: string;
  object?: unknown;
  request?: { method: string; path: string };
}

export const recording = (name: string): Recording => {
  const text = gunzipSync(readFileSync(new URL(`${name}.jsonl.gz`, folder))).toString();
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  const frames = lines
    .filter(({ type = '' }) => ['ADDED', 'MODIFIED', 'DELETED'].includes(type))
    .map(({ t_ms, kind, type, object }) => ({ at: t_ms, kind, type, object }) as Frame);
  const added = frames.filter((frame) => frame.kind === 'job' && frame.type === 'ADDED');
  const jobs = added.map(({ object }) => object as JobObject);
  return {
    frames,
    jobs,
    deletedAt: (job) => {
      const from = added.find(({ object }) => object === job)?.at ?? 0;
      const isDelete = ({ t_ms, request }: Line): boolean =>
        t_ms >= from &&
        request?.method === 'DELETE' &&
        (request.path.split('?')[0]?.endsWith(`/jobs/${job.metadata.name}`) ?? false);
      return lines.find(isDelete)?.t_ms ?? Number.POSITIVE_INFINITY;
    },
  };
};
