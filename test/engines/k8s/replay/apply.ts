import { randomBytes } from 'node:crypto';
import type { ClusterObjects, KubeObject } from '../cluster.ts';
import { timestamp } from '../objects/store.ts';
import type { Step } from './score.ts';

/** Whose Job a part is played for. */
export interface Player {
  objects: ClusterObjects;
  /** The Job that was created by whoever is tested; null: the part is a stranger's, and its Job is created as recorded. */
  own: KubeObject | null;
  /** In front of the Job's conditions, where it was started by being resumed and the recording's was not. */
  resumed: object | null;
}

export interface Frame {
  step: Step;
  /** With the names and times of this play. */
  object: KubeObject;
  /** The call that it came before in the recording is there already, and has set what it sets. */
  late: boolean;
  /** Epoch ms at which its deletion was asked for in this play; null: it was not. */
  askedAt: number | null;
}

/** Writes one recorded frame into the cluster. */
export function applyFrame(frame: Frame, player: Player): void {
  const { step, object } = frame;
  const { resource, type } = step;
  const { objects, own } = player;
  const { uid } = object.metadata;
  if (type === 'DELETED') objects.drop(resource, uid);
  else if (type === 'MODIFIED') objects.change(resource, uid, (draft) => modify(draft, frame, player));
  else if (resource !== 'jobs' || !own) objects.create(resource, added(object, player));
}

function added(object: KubeObject, { objects, own }: Player): KubeObject {
  const { kind, metadata } = object;
  const resource = kind === 'Pod' ? 'pods' : kind === 'Job' ? 'jobs' : 'events';
  const isTaken = objects.get(resource, metadata.namespace ?? '', metadata.name) !== undefined;
  const name = isTaken ? `${metadata.name}-${randomBytes(2).toString('hex')}` : metadata.name;
  const template = kind === 'Pod' ? own?.spec?.template?.metadata : undefined;
  return {
    ...object,
    metadata: template ? { ...metadata, name, ...inherited(metadata, template) } : { ...metadata, name },
  };
}

// What a pod has from its Job's template. The recorded commands write no notes, so that the pods must not promise any.
function inherited(metadata: KubeObject['metadata'], template: Partial<KubeObject['metadata']>) {
  const { 'runyard.dev/notes': _notes, ...annotations } = { ...template.annotations, ...metadata.annotations };
  const own = Object.entries(metadata.labels ?? {}).filter(
    ([key]) => !/^(runyard\.dev|app\.kubernetes\.io)\//.test(key),
  );
  return {
    labels: { ...Object.fromEntries(own), ...template.labels },
    ...(Object.keys(annotations).length ? { annotations } : {}),
  };
}

function modify(draft: KubeObject, { object, late, askedAt }: Frame, { own, resumed }: Player): void {
  if (object.kind === 'Event') {
    const { metadata: _metadata, ...rest } = object;
    Object.assign(draft, rest);
    return;
  }
  draft.status = object.status;
  if (object.kind === 'Job') {
    if (!late) draft.spec.suspend = object.spec.suspend;
    if (own && resumed) draft.status = { ...draft.status, conditions: [resumed, ...(draft.status.conditions ?? [])] };
  } else modifyPod(draft, object);
  modifyEnd(draft.metadata, object.metadata, askedAt);
}

// Someone may have shortened its deadline since.
function modifyPod(draft: KubeObject, { spec, metadata }: KubeObject): void {
  const { activeDeadlineSeconds = spec.activeDeadlineSeconds } = draft.spec;
  draft.spec = { ...spec, ...(activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds }) };
  if (metadata.ownerReferences) draft.metadata.ownerReferences = metadata.ownerReferences;
  else delete draft.metadata.ownerReferences;
}

// Grace periods are not divided by the speed, so that the moment of the deletion can be told from its timestamp, as ever.
function modifyEnd(metadata: KubeObject['metadata'], recorded: KubeObject['metadata'], askedAt: number | null): void {
  if (recorded.finalizers) metadata.finalizers = recorded.finalizers;
  else delete metadata.finalizers;
  if (askedAt === null) return;
  const grace = recorded.deletionGracePeriodSeconds ?? 0;
  if (metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === grace) return;
  if (metadata.deletionTimestamp === undefined && metadata.generation) metadata.generation += 1;
  metadata.deletionTimestamp = timestamp(askedAt + grace * 1000);
  metadata.deletionGracePeriodSeconds = grace;
}
