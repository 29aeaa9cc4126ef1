import type { KubeObject, Resource } from '../cluster.ts';
import { timestamp } from '../objects/store.ts';
import { type Gate, gateOf } from './gate.ts';
import { logsOf, type RecordedLog } from './recorded-logs.ts';
import { fullName, type RecordedCall, type RecordedFrame, readRecording } from './recording.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import { type Template, templateMaker } from './template.ts';

/** A recording, ready to be played any number of times. */
export interface Score {
  name: string;
  scenario: Scenario;
  namespace: string;
  /** Epoch ms of t = 0. */
  startMs: number;
  /** In the order in which they were created. */
  parts: Part[];
  /** Logs by the pod's uid and the container: `uid/job`. */
  logs: Map<string, RecordedLog>;
  /** How the creation of the Job was answered. */
  creation: RecordedCall | undefined;
  /** When somebody deletes the namespace. */
  namespaceDeletedAt: number | null;
  make(text: string): Template;
}

/** One Job of a recording, with its pods and events. */
export interface Part {
  job: { name: string; uid: string; suspended: boolean };
  stages: Stage[];
}

export interface Stage {
  /** What has to be called before; null: nothing. */
  gate: Gate | null;
  steps: Step[];
}

export interface Step {
  t: number;
  resource: Resource;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** As recorded. */
  uid: string;
  template: Template;
  /** When its deletion was asked for, as recorded, in whole seconds; null: it was not. */
  deletionAsked: string | null;
}

const scores = new Map<string, Score>();

/** Reads it once. */
export function scoreOf(name: string): Score {
  let score = scores.get(name);
  if (!score) {
    const whole = fullName(name);
    score = scores.get(whole) ?? compose(whole);
    scores.set(whole, score);
    scores.set(name, score);
  }
  return score;
}

function compose(name: string): Score {
  const scenario = scenarios[name];
  if (!scenario) throw new Error(`The recording ${name} is in no scenario (scenarios.ts).`);
  const lines = readRecording(name);
  const calls = lines.filter((line) => line.kind === 'http');
  const frames = lines.filter((line) => line.kind !== 'http').filter(({ type }) => type !== 'BOOKMARK');
  const creation = calls.find(isCreation);
  const namespace = namespaceOf(calls);
  const jobs = jobsOf(frames);
  const names = [namespace, ...jobs.map((job) => job.name), ...frames.map(({ object }) => object.metadata.uid)];
  const make = templateMaker([...new Set(names)]);
  return {
    name,
    scenario,
    namespace,
    startMs: startOf(frames, calls),
    parts: jobs.map((job, index) => {
      const own = [...framesOf(frames, job.uid), ...(index === 0 ? strayEvents(frames, jobs) : [])];
      return { job, stages: stagesOf(own.sort(byTime), { job, calls, scenario, make }) };
    }),
    logs: logsOf(calls, frames),
    creation,
    namespaceDeletedAt: calls.find(isNamespaceDeletion)?.t_ms ?? null,
    make,
  };
}

const isCreation = ({ request }: RecordedCall) => request.method === 'POST' && request.path.endsWith('/jobs');

const isNamespaceDeletion = ({ request }: RecordedCall) =>
  request.method === 'DELETE' && /\/namespaces\/[^/]+$/.test(request.path);

const namespaceOf = (calls: readonly RecordedCall[]) =>
  calls.map(({ request }) => /\/namespaces\/([^/?]+)/.exec(request.path)?.[1]).find(Boolean) ?? '';

// Nothing is seen before it happened: the earliest start that allows this for every stamp is near enough. Whole seconds are cut, and say less.
function startOf(frames: readonly RecordedFrame[], calls: readonly RecordedCall[]): number {
  const seen = [
    ...frames.map(({ t_ms, object }) => ({ t: t_ms, stamp: object.eventTime ?? object.metadata.creationTimestamp })),
    ...calls
      .flatMap(({ response }) => response.chunks ?? [])
      .map(({ t_ms, text }) => ({ t: t_ms, stamp: lastStamp(text) })),
  ];
  return Math.ceil(Math.max(0, ...seen.map(({ t, stamp }) => (stamp ? Date.parse(stamp) - t : 0))));
}

const lastStamp = (text: string) => text.match(/^\d{4}-\d\d-\d\dT[\d:]+\.\d+Z(?= )/gm)?.at(-1);

function jobsOf(frames: readonly RecordedFrame[]): Part['job'][] {
  return frames
    .filter(({ kind, type }) => kind === 'job' && type === 'ADDED')
    .map(({ object: { metadata, spec } }) => ({
      name: metadata.name,
      uid: metadata.uid,
      suspended: spec.suspend === true,
    }));
}

// Of the Job, of its pods, and of the events of them. A pod that loses its owner still belongs to it.
function framesOf(frames: readonly RecordedFrame[], job: string): RecordedFrame[] {
  const pods = frames.filter(({ kind, object }) => kind === 'pod' && ownerOf(object) === job);
  const uids = new Set([job, ...pods.map(({ object }) => object.metadata.uid)]);
  return frames.filter(({ kind, object }) =>
    uids.has(kind === 'event' ? object.involvedObject.uid : object.metadata.uid),
  );
}

// Of a disruption budget, say: they come with the first Job.
function strayEvents(frames: readonly RecordedFrame[], jobs: readonly Part['job'][]): RecordedFrame[] {
  const known = new Set(jobs.flatMap((job) => framesOf(frames, job.uid)));
  return frames.filter((frame) => frame.kind === 'event' && !known.has(frame));
}

const byTime = (a: RecordedFrame, b: RecordedFrame) => a.t_ms - b.t_ms;

const ownerOf = (object: RecordedFrame['object']): string | undefined => object.metadata.ownerReferences?.[0]?.uid;

interface Around {
  job: Part['job'];
  calls: readonly RecordedCall[];
  scenario: Scenario;
  make(text: string): Template;
}

function stagesOf(frames: readonly RecordedFrame[], { job, calls, scenario, make }: Around): Stage[] {
  const gates = calls.filter(({ t_ms }) => scenario.ours.includes(t_ms)).flatMap((call) => gateOf(call, frames, job));
  const starts = [0, ...gates.map(({ version }) => version)];
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? Number.POSITIVE_INFINITY;
    const steps = frames
      .filter(({ object }) => isBetween(Number(object.metadata.resourceVersion), start, end))
      .map((frame) => stepOf(frame, make));
    return { gate: gates[index - 1]?.gate ?? null, steps };
  });
}

const isBetween = (value: number, low: number, high: number) => value >= low && value < high;

const resources = { job: 'jobs', pod: 'pods', event: 'events' } as const;

function stepOf({ t_ms, kind, type, object }: RecordedFrame, make: Around['make']): Step {
  return {
    t: t_ms,
    resource: resources[kind],
    type: type as Step['type'],
    uid: object.metadata.uid,
    template: make(JSON.stringify(object)),
    deletionAsked: deletionAsked(object.metadata),
  };
}

function deletionAsked({ deletionTimestamp, deletionGracePeriodSeconds = 0 }: KubeObject['metadata']): string | null {
  if (deletionTimestamp === undefined) return null;
  return timestamp(Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000);
}
