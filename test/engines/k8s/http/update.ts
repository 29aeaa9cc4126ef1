import { isDeepStrictEqual } from 'node:util';
import { checkUpdate } from '../checks/check-update.ts';
import { setDefaults } from '../checks/defaults.ts';
import type { KubeObject } from '../cluster.ts';
import type { Store } from '../objects/store.ts';
import type { Call } from './call.ts';
import { type Answer, badRequest, conflict, modified, unsupportedMediaType } from './refusal.ts';
import { answerWith, named, readObject, unknownFields } from './write.ts';

/** PUT. */
export async function update(store: Store, call: Call): Promise<Answer> {
  const body = await readObject(call);
  const warnings = unknownFields(call, body);
  const before = named(store, call);
  const { uid } = (body.metadata ?? {}) as Partial<KubeObject['metadata']>;
  if (uid && uid !== before.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.metadata.uid}`;
    throw conflict(call.info, before.metadata.name, why);
  }
  return put(store, call, before, { wanted: body as unknown as KubeObject, warnings });
}

/** PATCH: merge patches, and of strategic ones those that need no more than a merge of lists by name. */
export async function patch(store: Store, call: Call): Promise<Answer> {
  const merge = merges.get(call.contentType);
  if (!merge) throw unsupportedMediaType('415: Unsupported Media Type', {});
  const change = parse(await call.body());
  const before = named(store, call);
  // A copy: what is stored is shared, and defaults are set below.
  const wanted = structuredClone(merge(before, change)) as KubeObject;
  const warnings = unknownFields(call, wanted);
  return put(store, call, before, { wanted, warnings });
}

function put(
  store: Store,
  call: Call,
  before: KubeObject,
  { wanted, warnings }: { wanted: KubeObject; warnings: string[] },
): Answer {
  const { info } = call;
  const { name, resourceVersion } = wanted.metadata ?? {};
  if (name !== before.metadata.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${before.metadata.name})`);
  }
  if (resourceVersion && resourceVersion !== before.metadata.resourceVersion) throw modified(info, name);
  const after = settle(before, wanted);
  setDefaults(info, after);
  // What plays the controllers stores objects as they are: both are compared as the server would read them.
  const base = structuredClone(before);
  setDefaults(info, base);
  checkUpdate(info, base, after);
  if (after.metadata.generation && !isDeepStrictEqual(base.spec, after.spec)) after.metadata.generation += 1;
  if (call.query.get('dryRun') === 'All') return answerWith(after, 200, warnings);
  const stored = store.change(info.resource, before.metadata.uid, (draft) => {
    for (const field of Object.keys(draft)) if (!(field in after)) delete draft[field];
    Object.assign(draft, after);
  });
  return answerWith(stored ?? after, 200, warnings);
}

// What nobody can write from outside stays as it is.
function settle(before: KubeObject, wanted: KubeObject): KubeObject {
  const { resourceVersion, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, namespace } =
    before.metadata;
  const after: KubeObject = {
    ...wanted,
    kind: before.kind ?? '',
    apiVersion: before.apiVersion ?? '',
    metadata: {
      ...wanted.metadata,
      uid: wanted.metadata.uid ?? before.metadata.uid,
      resourceVersion,
      creationTimestamp,
      ...(namespace === undefined ? {} : { namespace }),
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
      ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
    },
    ...('status' in before ? { status: before.status } : {}),
  };
  if (generation === undefined) delete after.metadata.generation;
  else after.metadata.generation = generation;
  return after;
}

const merges = new Map([
  ['application/merge-patch+json', mergePatch],
  ['application/strategic-merge-patch+json', strategicPatch],
]);

function mergePatch(target: unknown, change: unknown): unknown {
  if (!isRecord(change)) return change;
  const merged: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

function strategicPatch(target: unknown, change: unknown): unknown {
  if (Array.isArray(target) && Array.isArray(change) && change.every(isNamed)) return mergeByName(target, change);
  if (!isRecord(change)) return change;
  const merged: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete merged[key];
    else merged[key] = strategicPatch(merged[key], value);
  }
  return merged;
}

function mergeByName(target: readonly unknown[], change: readonly { name: string }[]): unknown[] {
  const merged = target.map((each) => {
    const wanted = change.find(({ name }) => isNamed(each) && each.name === name);
    return wanted ? strategicPatch(each, wanted) : each;
  });
  return [...merged, ...change.filter(({ name }) => !target.some((each) => isNamed(each) && each.name === name))];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isNamed = (value: unknown): value is { name: string } => isRecord(value) && typeof value.name === 'string';

function parse(text: string): unknown {
  try {
    const change = JSON.parse(text);
    if (isRecord(change)) return change;
  } catch {}
  throw badRequest('error decoding patch: invalid JSON document');
}
