import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asker, askerFor, type Frame } from '../engines/k8s/ask.ts';
import {
  type RecordedCall,
  type RecordedFrame,
  readRecording,
  recordingNames,
} from '../engines/k8s/replay/recording.ts';
import { scenarios } from '../engines/k8s/replay/scenarios.ts';
import { type Replay, startReplay } from '../engines/k8s/replay.ts';

test('every recording is in a scenario, and the other way round', () => {
  expect(Object.keys(scenarios).sort()).toEqual(recordingNames());
});

// The recordings at 100 times their pace, all at once, each in a namespace of its own.
const cases = recordingNames()
  .filter((name) => scenarios[name]?.plays === 'run')
  .flatMap((name) =>
    creationsOf(name).map((_, index) => ({ name, index, title: index ? `${name}, its Job ${index + 1}` : name })),
  )
  // In 15b the second Job comes after the first one is gone.
  .filter(({ name, index }) => !name.startsWith('15b') || index === 0);

describe.concurrent('watches see what was recorded', () => {
  let replay: Replay;
  let ask: Asker;
  beforeAll(async () => {
    replay = await startReplay({ speed: 100, scenarioOf: (job) => job.metadata.annotations?.scenario ?? null });
    ask = askerFor(replay.kubeConfig());
  });
  afterAll(() => replay[Symbol.asyncDispose]());

  test.each(cases)('$title', async ({ name, index }) => {
    const namespace = `n${name.replace(/\W/g, '-')}-${index}`;
    const creation = creationsOf(name)[index];
    const job = creation?.request.body.metadata.name;
    replay.objects.create('namespaces', { metadata: { name: namespace }, spec: {}, status: { phase: 'Active' } });
    const watching = new AbortController();
    const watched = await watchAll(ask, namespace, watching.signal);

    const body = {
      metadata: { name: `mine-${job}`, annotations: { scenario: `${name}#${index + 1}` } },
      spec: creation?.request.body.spec,
    };
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs`;
    expect((await ask('POST', path, body)).status).toBe(201);
    for (const call of oursOf(name, job)) {
      await until(() => stateOf(replay, namespace) === 'waiting');
      const options = call.request.contentType ? { contentType: call.request.contentType } : {};
      expect((await ask(call.request.method, `${path}/mine-${job}`, call.request.body, options)).status).toBe(200);
    }
    await until(() => stateOf(replay, namespace) === 'over');
    const recorded = sequences(framesOf(name), (each) => each);
    const seen = () => sequences(watched, (each) => recordedName(each, job));
    await until(() => isDeepStrictEqual(seen(), recorded)).catch(() => {});
    expect(seen()).toEqual(recorded);
    watching.abort();
  });
});

function creationsOf(name: string): RecordedCall[] {
  return readRecording(name)
    .filter((line) => line.kind === 'http')
    .filter(
      ({ request, response }) => request.method === 'POST' && request.path.endsWith('/jobs') && response.status === 201,
    );
}

const framesOf = (name: string): RecordedFrame[] => readRecording(name).filter((line) => line.kind !== 'http');

function oursOf(name: string, job: string): RecordedCall[] {
  const times = scenarios[name]?.ours ?? [];
  return readRecording(name)
    .filter((line) => line.kind === 'http')
    .filter(
      ({ t_ms, request }) => times.includes(t_ms) && /\/jobs(\?|$)/.test(request.path.replace(`/jobs/${job}`, '/jobs')),
    );
}

// Ours begin with `mine-`, a stranger's Job has a suffix.
const recordedName = (name: string, job: string) =>
  name.replaceAll(`mine-${job}`, job).replace(/(?<=-1)-[0-9a-f]{6}(?=-|\.|$)/, '');

const stateOf = (replay: Replay, namespace: string) =>
  replay.plays().find((play) => play.namespace === namespace)?.state;

async function watchAll(ask: Asker, namespace: string, signal: AbortSignal): Promise<Frame[]> {
  const frames: Frame[] = [];
  const paths = [
    `/apis/batch/v1/namespaces/${namespace}/jobs`,
    `/api/v1/namespaces/${namespace}/pods`,
    `/api/v1/namespaces/${namespace}/events`,
  ];
  const watches = await Promise.all(paths.map((path) => ask.watch(`${path}?watch=1`, signal)));
  const collect = async (watch: AsyncGenerator<Frame>) => {
    for await (const frame of watch) frames.push(frame);
  };
  for (const watch of watches) collect(watch).catch(() => {});
  return frames;
}

/** What happened to each object, in order; the same twice in a row counts once. */
function sequences(
  frames: readonly Pick<Frame, 'type' | 'object'>[],
  nameOf: (name: string) => string,
): Record<string, string[]> {
  const all: Record<string, string[]> = {};
  for (const { type, object } of frames) {
    if (type === 'BOOKMARK') continue;
    const key = `${object.kind} ${nameOf(object.metadata.name)}`;
    all[key] ??= [];
    const told = `${type} ${shape(object)}`;
    if (all[key].at(-1) !== told) all[key].push(told);
  }
  return all;
}

function shape(object: Frame['object']): string {
  const { metadata, status = {}, spec } = object;
  if (object.kind === 'Event') return `${object.reason} ${object.type} x${object.count}`;
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map(
    ({ name, state }: { name: string; state: Record<string, { reason?: string; exitCode?: number }> }) =>
      Object.entries(state).map(([kind, { reason, exitCode }]) => `${name}:${kind}:${reason}:${exitCode}`),
  );
  const conditions = (status.conditions ?? []).map(
    (each: Record<string, string>) => `${each.type}=${each.status}/${each.reason}`,
  );
  const counts = ['active', 'ready', 'succeeded', 'failed', 'terminating'].map((field) => `${field}=${status[field]}`);
  const end = metadata.deletionTimestamp ? `deleted with ${metadata.deletionGracePeriodSeconds} s` : '';
  const about = [
    spec?.nodeName,
    spec?.suspend,
    status.phase,
    status.reason,
    metadata.finalizers,
    metadata.ownerReferences?.length,
  ];
  return [...about, end, ...containers, ...conditions, ...counts].join(' ');
}

async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`it took too long: ${isSo}`);
    await sleep(5);
  }
}
