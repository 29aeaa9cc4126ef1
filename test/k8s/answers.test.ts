import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer } from '../engines/k8s/api-server.ts';
import { type Asked, type Asker, askerFor } from '../engines/k8s/ask.ts';
import type { ApiServer } from '../engines/k8s/cluster.ts';
import { type RecordedCall, readRecording } from '../engines/k8s/replay/recording.ts';

// Each call of the recording is made again, in its order, and has to be answered as the real server answered it. Watches have tests of their own.
const asked = {
  '00': /selfsubjectaccessreviews$|^\/(version|readyz|livez)$/,
  '21': /./,
  '21d': /^\/(api|apis\/batch)\//,
};

describe.each(Object.entries(asked))('the stand-in answers the calls of %s as a real server does', (name, paths) => {
  const calls = readRecording(name)
    .filter((line) => line.kind === 'http')
    .filter(({ t_ms, request: { path } }) => t_ms >= 0 && paths.test(path) && !path.includes('watch=1'));
  const namespace = calls.map((call) => JSON.stringify(call).match(/ry-\d+d?-\w{4}/)?.[0]).find(Boolean) ?? '';
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  let server: ApiServer;
  let ask: Asker;
  let restricted: Asker;
  // Uids, versions and the like are others here: what the recording calls them, and how they are called now.
  const known = new Map<string, string>();

  beforeAll(async () => {
    server = await startApiServer();
    server.objects.create('namespaces', { metadata: { name: namespace } });
    ask = askerFor(server.kubeConfig());
    restricted = askerFor(server.kubeConfig({ user: 'restricted-user', rules: [] }));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const here = (text: string) => [...known].reduce((all, [theirs, ours]) => all.replaceAll(theirs, ours), text);

  test.each(calls.map((call) => [nameOf(call), call] as const))('%s', async (_name, call) => {
    await otherSteps(call);
    const answer = await repeat(call);
    learn(call.response.body, answer.body);
    expect(answer.status).toBe(call.response.status);
    expect(comparable(answer.body)).toEqual(comparable(JSON.parse(here(JSON.stringify(call.response.body)))));
    for (const header of ['warning', 'retry-after']) {
      expect(answer.headers.get(header)).toBe(call.response.headers?.[header] ?? null);
    }
  });

  function repeat({ request }: RecordedCall): Promise<Asked> {
    const token = { 'invalid token': 'wrong', none: null }[request.auth ?? ''];
    const asker = request.auth === 'token without rights' ? restricted : ask;
    const body = request.body === undefined ? undefined : unabridged(JSON.parse(here(JSON.stringify(request.body))));
    return asker(request.method, here(request.path), body, {
      ...(request.contentType ? { contentType: request.contentType } : {}),
      ...(token === undefined ? {} : { token }),
    });
  }

  // The recording does not tell of these, only of what they led to.
  async function otherSteps({ request: { path } }: RecordedCall): Promise<void> {
    const pages = ['page-0', 'page-1', 'page-2'];
    if (name === '21' && path === `${jobs}?limit=1`) {
      const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'a:1' }] } };
      for (const name of pages) await ask('POST', jobs, { metadata: { name }, spec: { template } });
    }
    if (path.includes('NotOlderThan')) {
      for (const name of pages) await ask('DELETE', `${jobs}/${name}`, { propagationPolicy: 'Background' });
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
  function learn(theirs: any, ours: any): void {
    for (const field of ['uid', 'resourceVersion', 'continue', 'name']) {
      const [from, to] = [theirs?.metadata?.[field], ours?.metadata?.[field]];
      if (from && to && from !== to) known.set(from, to);
    }
  }
});

const nameOf = ({ t_ms, request }: RecordedCall) => `${t_ms} ${request.method} ${request.path}`.slice(0, 120);

// "(262145 times x)"
const unabridged = (body: unknown) =>
  JSON.parse(JSON.stringify(body), (_key, value) => {
    const times = typeof value === 'string' && /^\((\d+) times x\)$/.exec(value)?.[1];
    return times ? 'x'.repeat(Number(times)) : value;
  });

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape
function comparable(body: any): unknown {
  if (body?.kind === 'Status') return withoutAccidents(body);
  if (body?.kind === 'Job') {
    return { ...body, metadata: { ...body.metadata, resourceVersion: '', creationTimestamp: '' }, status: {} };
  }
  if (body?.items) return { ...body, metadata: Object.keys(body.metadata).sort(), items: body.items.map(shapeOf) };
  // Of the version, the build is not copied.
  return body?.gitVersion ? { gitVersion: body.gitVersion, major: body.major, minor: body.minor } : body;
}

const shapeOf = (item: { metadata: { name: string } }) => [item.metadata.name, Object.keys(item).sort()];

// A real server prints the inside of a template, and has other versions.
const withoutAccidents = (status: object) =>
  JSON.parse(JSON.stringify(status), (key, value) =>
    key === 'message'
      ? value
          .replace(/Invalid value: \{.*\}: field/s, 'Invalid value: {…}: field')
          .replace(/current: \d+/, 'current: …')
      : value,
  );
