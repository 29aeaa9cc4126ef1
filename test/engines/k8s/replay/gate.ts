import type { RecordedCall, RecordedFrame } from './recording.ts';

/** A call that is left to whoever made the Job. */
export interface Gate {
  t: number;
  call: 'start' | 'delete';
  policy: string | undefined;
}

/**
 * Where a call of the recording cuts the frames of a Job: those with an older version were there before it had its first effect. (Watches arrive in
 * an order of their own, so that times do not tell.)
 */
export function gateOf(
  { t_ms, request }: RecordedCall,
  frames: readonly RecordedFrame[],
  job: { name: string },
): { gate: Gate; version: number }[] {
  const isDelete = request.method === 'DELETE';
  const path = request.path.split('?')[0] ?? '';
  if (!path.endsWith('/jobs') && !path.endsWith(`/jobs/${job.name}`)) return [];
  const effect = frames.find(
    ({ t_ms: t, kind, type, object }) =>
      kind === 'job' &&
      t >= t_ms &&
      (isDelete
        ? type === 'DELETED' || object.metadata.deletionTimestamp !== undefined
        : object.spec.suspend === request.body.spec.suspend),
  );
  if (!effect) throw new Error(`The call at ${t_ms} ms changed nothing of ${job.name}.`);
  const policy = request.body?.propagationPolicy;
  return [
    {
      gate: { t: t_ms, call: isDelete ? 'delete' : 'start', policy },
      version: Number(effect.object.metadata.resourceVersion),
    },
  ];
}
