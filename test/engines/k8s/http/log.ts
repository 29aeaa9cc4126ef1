import { Readable } from 'node:stream';
import type { KubeObject, ReadLog } from '../cluster.ts';
import type { Store } from '../objects/store.ts';
import { type Call, isTrue } from './call.ts';
import { type Answer, badRequest, type Cause, invalid } from './refusal.ts';
import { named } from './write.ts';

export type LogAnswer = Answer | { status: number; stream: Readable };

/** GET of a pod's log. */
export async function readLog(store: Store, call: Call, read: ReadLog | null): Promise<LogAnswer> {
  checkOptions(call);
  const pod = named(store, call);
  if (!pod.spec?.nodeName) return { status: 204, body: '' };
  if (isTrue(call.query.get('previous'))) throw noPrevious(call);
  if (!read) return text(200, '');
  const { status, body } = await read(pod, queryOf(call), call.signal);
  if (body instanceof Readable) return { status, stream: body };
  if (typeof body === 'string' || Buffer.isBuffer(body)) return text(status, body);
  return { status, body };
}

const text = (status: number, body: string | Buffer): Answer => ({ status, body, contentType: 'text/plain' });

function checkOptions({ query, name }: Call): void {
  const sinceTime = query.get('sinceTime');
  if (sinceTime && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/.test(sinceTime)) {
    throw badRequest(
      `parsing time "${sinceTime}" as "2006-01-02T15:04:05Z07:00": cannot parse "${sinceTime}" as "2006"`,
    );
  }
  const causes: Cause[] = ['tailLines', 'limitBytes'].flatMap((field) => {
    const value = Number(query.get(field) ?? 1);
    const least = field === 'tailLines' ? 0 : 1;
    if (value >= least) return [];
    const message = `Invalid value: ${value}: must be greater than or equal to ${least}`;
    return [{ reason: 'FieldValueInvalid', message, field }];
  });
  if (query.has('stream')) {
    causes.push({ reason: 'FieldValueForbidden', message: 'Forbidden: may not be specified', field: 'stream' });
  }
  if (causes.length) throw invalid('PodLogOptions', '', name ?? '', causes);
}

// Pods of Jobs start their containers once.
const noPrevious = ({ query, name }: Call) =>
  badRequest(`previous terminated container "${query.get('container') ?? ''}" in pod "${name}" not found`);

function queryOf({ query }: Call): Parameters<ReadLog>[1] {
  const text = (field: string) => query.get(field);
  const container = text('container');
  const sinceTime = text('sinceTime');
  const tailLines = text('tailLines');
  const limitBytes = text('limitBytes');
  return {
    follow: isTrue(text('follow')),
    timestamps: isTrue(text('timestamps')),
    ...(container ? { container } : {}),
    ...(sinceTime ? { sinceTime } : {}),
    ...(tailLines === null ? {} : { tailLines: Number(tailLines) }),
    ...(limitBytes === null ? {} : { limitBytes: Number(limitBytes) }),
  };
}

/**
 * What the API server refuses before it asks a kubelet, and what a kubelet refuses for a container that has not started; null: there is a log,
 * be it empty. Without a name, the pod's only container is meant.
 */
export function logRefusal(pod: KubeObject, container?: string): { status: number; body: object } | null {
  const containers: string[] = (pod.spec?.containers ?? []).map(nameOf);
  const all = [...(pod.spec?.initContainers ?? []).map(nameOf), ...containers];
  const { name } = pod.metadata;
  if (!container && containers.length > 1) {
    return refusalOf(
      badRequest(`a container name must be specified for pod ${name}, choose one of: [${all.join(' ')}]`).answer,
    );
  }
  const wanted = container || containers[0] || '';
  if (!all.includes(wanted)) return refusalOf(badRequest(`container ${wanted} is not valid for pod ${name}`).answer);
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const state = statuses.find((status) => status.name === wanted)?.state;
  if (state?.running || state?.terminated) return null;
  const why = waitingText(state?.waiting?.reason ?? 'ContainerCreating');
  return refusalOf(badRequest(`container "${wanted}" in pod "${name}" is waiting to start: ${why}`).answer);
}

const nameOf = ({ name }: { name: string }) => name;

const refusalOf = ({ status, body }: Answer) => ({ status, body: body as object });

function waitingText(reason: string): string {
  if (reason === 'ErrImagePull') return "image can't be pulled";
  return reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason;
}
