import type { KubeObject, OnDelete } from '../cluster.ts';
import { type DeleteOptions, orphansByDefault, removeObject } from '../objects/remove.ts';
import type { Store } from '../objects/store.ts';
import type { ResourceInfo } from '../resources.ts';
import type { Call } from './call.ts';
import { listAnswer } from './list.ts';
import { type Answer, badRequest, invalid, preconditionFailed, Refusal } from './refusal.ts';
import { selectorOf } from './selectors.ts';
import { answerWith, named } from './write.ts';

interface Options extends DeleteOptions {
  preconditions?: { uid?: string; resourceVersion?: string };
}

/** DELETE of one object. */
export async function remove(store: Store, call: Call, onDelete: OnDelete | null): Promise<Answer> {
  const { info } = call;
  const options = await readOptions(call);
  const warnings = !options.propagationPolicy && orphansByDefault(info.resource) ? [orphanWarning] : [];
  try {
    const object = named(store, call);
    checkPreconditions(info, object, options);
    if (call.query.get('dryRun') === 'All') return { ...answerWith(object), warnings };
    const left = removeOne(store, info, object, { options, onDelete });
    // Pods are told as they were, also where nothing is left of them.
    if (left || info.resource === 'pods') return { ...answerWith(left ?? object), warnings };
    return { status: 200, body: success(info, object), warnings };
  } catch (error) {
    if (error instanceof Refusal) error.answer.warnings = warnings;
    throw error;
  }
}

/** DELETE of all that a selector finds. */
export async function removeCollection(store: Store, call: Call, onDelete: OnDelete | null): Promise<Answer> {
  const options = await readOptions(call);
  const selector = selectorOf(call.info, call.query);
  const found = store
    .list(call.info.resource, call.namespace ?? '')
    .filter((object) => !selector || selector(object))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const version = store.version();
  for (const object of found) removeOne(store, call.info, object, { options, onDelete });
  return listAnswer(call, found, { resourceVersion: String(version) });
}

function removeOne(
  store: Store,
  { resource }: ResourceInfo,
  object: KubeObject,
  { options, onDelete }: { options: Options; onDelete: OnDelete | null },
): KubeObject | undefined {
  if (onDelete?.(resource, object, options)) return store.byUid(resource, object.metadata.uid);
  return removeObject(store, resource, object, options);
}

// Kubernetes writes: 299 is "miscellaneous, to be shown".
const orphanWarning =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning';

async function readOptions(call: Call): Promise<Options> {
  const text = await call.body();
  let options: Options = {};
  try {
    options = text ? JSON.parse(text) : {};
  } catch {
    throw badRequest('couldn’t decode the DeleteOptions: invalid JSON');
  }
  const policy = options.propagationPolicy ?? call.query.get('propagationPolicy');
  const grace = options.gracePeriodSeconds ?? call.query.get('gracePeriodSeconds');
  if (policy && !['Foreground', 'Background', 'Orphan'].includes(policy)) throw policyTrouble(policy);
  return {
    ...(options.preconditions ? { preconditions: options.preconditions } : {}),
    ...(policy ? { propagationPolicy: policy } : {}),
    ...(grace === null || grace === undefined ? {} : { gracePeriodSeconds: Number(grace) }),
  };
}

function policyTrouble(policy: string): Refusal {
  const message = `Unsupported value: "${policy}": supported values: "Foreground", "Background", "Orphan", "nil"`;
  return invalid('DeleteOptions', 'meta.k8s.io', '', [
    { reason: 'FieldValueNotSupported', message, field: 'propagationPolicy' },
  ]);
}

function checkPreconditions(info: ResourceInfo, { metadata }: KubeObject, { preconditions }: Options): void {
  const { uid, resourceVersion } = preconditions ?? {};
  if (uid && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
    throw preconditionFailed(info, metadata.name, why);
  }
  if (resourceVersion && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
    throw preconditionFailed(info, metadata.name, why);
  }
}

function success(info: ResourceInfo, { metadata }: KubeObject): object {
  const { name, uid } = metadata;
  const details = { name, ...(info.group ? { group: info.group } : {}), kind: info.resource, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
