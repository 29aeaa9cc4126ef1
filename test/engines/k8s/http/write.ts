import { randomInt, randomUUID } from 'node:crypto';
import { checkNew } from '../checks/check-new.ts';
import { decode } from '../checks/decode.ts';
import { setDefaults } from '../checks/defaults.ts';
import type { KubeObject, OnCreate } from '../cluster.ts';
import { jsonOf } from '../objects/json.ts';
import { type Store, timestamp } from '../objects/store.ts';
import { apiVersionOf } from '../resources.ts';
import type { Call } from './call.ts';
import {
  type Answer,
  alreadyExists,
  badRequest,
  forbidden,
  notFound,
  refusal,
  unknownPath,
  unsupportedMediaType,
} from './refusal.ts';

/** POST. */
export async function create(store: Store, call: Call, onCreate: OnCreate | null): Promise<Answer> {
  if (call.name !== null) throw unknownPath();
  const { info } = call;
  const body = await readObject(call);
  const warnings = unknownFields(call, body);
  const object = complete(call, body);
  const { name, namespace = '' } = object.metadata;
  if (info.namespaced) checkNamespace(store, call, name, namespace);
  setDefaults(info, object);
  const answered = onCreate?.(info.resource, object);
  if (answered?.refuse) return answered.refuse;
  checkNew(info, object);
  const there = store.get(info.resource, namespace, name);
  if (there) throw alreadyExists(info, name, there.metadata.deletionTimestamp !== undefined);
  const isDry = call.query.get('dryRun') === 'All';
  return answerWith(isDry ? object : store.create(info.resource, object), 201, [
    ...warnings,
    ...(answered?.warnings ?? []),
  ]);
}

/** The body as JSON of the right kind. */
export async function readObject(call: Call): Promise<Record<string, unknown>> {
  const { info } = call;
  if (call.contentType && call.contentType !== 'application/json') {
    throw unsupportedMediaType(
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    );
  }
  const text = await call.body();
  const body = parse(info.kind, text);
  const expected = apiVersionOf(info);
  const { kind = info.kind, apiVersion = expected } = body;
  if (apiVersion !== expected || kind !== info.kind) {
    throw badRequest(
      `${kind} in version "${apiVersion}" cannot be handled as a ${info.kind}: no kind "${kind}" is registered for this path, which takes ${expected}`,
    );
  }
  return body;
}

function parse(kind: string, text: string): Record<string, unknown> {
  try {
    const body = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  } catch {}
  throw badRequest(
    `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: unexpected end of JSON input (${text.slice(0, 40)})`,
  );
}

/** What the server warns of; with `fieldValidation=Strict` it refuses it. */
export function unknownFields({ info, query }: Call, body: object): string[] {
  const unknown = decode(info, body).map((path) => `unknown field "${path}"`);
  const rule = query.get('fieldValidation');
  if (unknown.length && rule === 'Strict') {
    throw badRequest(
      `${info.kind} in version "${info.version}" cannot be handled as a ${info.kind}: strict decoding error: ${unknown.join(', ')}`,
    );
  }
  return rule === 'Ignore' ? [] : unknown;
}

function complete(call: Call, body: Record<string, unknown>): KubeObject {
  const { info } = call;
  const { metadata, ...rest } = body as { metadata?: Partial<KubeObject['metadata']> & { generateName?: string } };
  if (info.namespaced && metadata?.namespace && metadata.namespace !== call.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const name = metadata?.name ?? (metadata?.generateName ? `${metadata.generateName}${suffix()}` : '');
  return {
    kind: info.kind,
    apiVersion: apiVersionOf(info),
    ...rest,
    metadata: {
      ...metadata,
      name,
      ...(info.namespaced ? { namespace: call.namespace ?? 'default' } : {}),
      uid: randomUUID(),
      resourceVersion: '',
      creationTimestamp: timestamp(),
    },
  };
}

// Without letters that could spell something.
function suffix(): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  return Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('');
}

function checkNamespace(store: Store, { info }: Call, name: string, namespace: string): void {
  const found = store.get('namespaces', '', namespace);
  if (!found) {
    throw refusal(404, `namespaces "${namespace}" not found`, {
      reason: 'NotFound',
      details: { name: namespace, kind: 'namespaces' },
    });
  }
  if (!found.metadata.deletionTimestamp) return;
  throw forbidden(info, name, `unable to create new content in namespace ${namespace} because it is being terminated`, [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ]);
}

/** The one that a call names. Throws 404. */
export function named(store: Store, { info, namespace, name }: Call): KubeObject {
  const found = store.get(info.resource, info.namespaced ? (namespace ?? '') : '', name ?? '');
  if (!found) throw notFound(info, name ?? '');
  return found;
}

export function answerWith(object: KubeObject, status = 200, warnings: readonly string[] = []): Answer {
  return { status, body: jsonOf(object), contentType: 'application/json', warnings };
}
