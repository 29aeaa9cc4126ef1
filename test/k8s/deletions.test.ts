import { describe, expect, test } from 'vitest';
import { startApiServer } from '../engines/k8s/api-server.ts';
import { type Asker, askerFor } from '../engines/k8s/ask.ts';
import type { ApiServer, KubeObject, NewObject } from '../engines/k8s/cluster.ts';

const jobs = '/apis/batch/v1/namespaces/default/jobs';
const pods = '/api/v1/namespaces/default/pods';
const secrets = '/api/v1/namespaces/default/secrets';

describe('a deletion', () => {
  test('in the background answers a Status with the uid, and dependents go after', async () => {
    await using server = await startApiServer();
    const { ask, job, seen } = await jobWithSecret(server);
    const answer = await ask('DELETE', `${jobs}/a`, { propagationPolicy: 'Background' });
    expect(answer).toMatchObject({
      status: 200,
      body: { kind: 'Status', status: 'Success', details: { name: 'a', kind: 'jobs', uid: job.metadata.uid } },
    });
    await until(() => server.objects.list('secrets', 'default').length === 0);
    expect(seen).toEqual(['DELETED jobs', 'DELETED secrets']);
  });

  test('in the foreground answers the Job, which waits for the pods that block it', async () => {
    await using server = await startApiServer();
    const { ask, job, seen } = await jobWithSecret(server);
    const pod = server.objects.create('pods', podOf(job, { nodeName: 'n', terminationGracePeriodSeconds: 5 }));
    const answer = await ask('DELETE', `${jobs}/a`, { propagationPolicy: 'Foreground' });
    expect(answer.body.metadata).toMatchObject({ finalizers: ['foregroundDeletion'], deletionGracePeriodSeconds: 0 });
    await until(() => server.objects.byUid('pods', pod.metadata.uid)?.metadata.deletionGracePeriodSeconds === 5);
    expect((await create(ask, 'a')).body.message).toBe('object is being deleted: jobs.batch "a" already exists');
    expect(server.objects.get('jobs', 'default', 'a')).toBeDefined();
    server.objects.drop('pods', pod.metadata.uid);
    await until(() => server.objects.get('jobs', 'default', 'a') === undefined);
    expect(seen).toEqual([
      'ADDED pods',
      'MODIFIED jobs',
      'DELETED secrets',
      'MODIFIED pods',
      'DELETED pods',
      'DELETED jobs',
    ]);
  });

  test.each([
    [{ propagationPolicy: 'Orphan' }, null],
    [undefined, 'child pods are preserved by default'],
  ])('with %j lets the pods live, and warns of it where nobody asked for that', async (options, warning) => {
    await using server = await startApiServer();
    const { ask, job } = await jobWithSecret(server);
    const pod = server.objects.create('pods', podOf(job, { nodeName: 'n' }));
    const answer = await ask('DELETE', `${jobs}/a`, options);
    expect(answer.body.metadata.finalizers).toEqual(['orphan']);
    if (warning) expect(answer.headers.get('warning')).toContain(warning);
    else expect(answer.headers.get('warning')).toBeNull();
    await until(() => server.objects.get('jobs', 'default', 'a') === undefined);
    const orphan = server.objects.byUid('pods', pod.metadata.uid);
    expect(orphan?.metadata.ownerReferences).toBeUndefined();
    expect(orphan?.metadata.deletionTimestamp).toBeUndefined();
  });

  test('of a pod waits for its kubelet, unless it was never bound, has ended, or no grace is given', async () => {
    await using server = await startApiServer();
    const ask = askerFor(server.kubeConfig());
    const spec = { nodeName: 'n', terminationGracePeriodSeconds: 30 };
    server.objects.create('pods', { metadata: { name: 'runs' }, spec });
    server.objects.create('pods', { metadata: { name: 'forced' }, spec });
    server.objects.create('pods', { metadata: { name: 'ended' }, spec, status: { phase: 'Failed' } });
    server.objects.create('pods', { metadata: { name: 'unbound' }, spec: { terminationGracePeriodSeconds: 30 } });
    const { body } = await ask('DELETE', `${pods}/runs`);
    expect(body.metadata.deletionGracePeriodSeconds).toBe(30);
    expect(Date.parse(body.metadata.deletionTimestamp)).toBeGreaterThan(Date.now() + 28_000);
    for (const name of ['ended', 'unbound']) expect((await ask('DELETE', `${pods}/${name}`)).body.kind).toBe('Pod');
    await ask('DELETE', `${pods}/forced?gracePeriodSeconds=0`);
    expect(server.objects.list('pods', 'default').map(({ metadata }) => metadata.name)).toEqual(['runs']);
  });

  test('takes away what is made for an owner that is gone', async () => {
    await using server = await startApiServer();
    const ask = askerFor(server.kubeConfig());
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'gone', uid: '00000000-0000-0000-0000-000000000000' };
    expect((await ask('POST', secrets, { metadata: { name: 's', ownerReferences: [owner] } })).status).toBe(201);
    await until(() => server.objects.list('secrets', 'default').length === 0);
  });

  test('of a namespace refuses what is new with its cause, empties it, and takes it away last', async () => {
    await using server = await startApiServer();
    const ask = askerFor(server.kubeConfig());
    await ask('POST', '/api/v1/namespaces', { metadata: { name: 'n' } });
    await ask('POST', '/api/v1/namespaces/n/secrets', { metadata: { name: 's' } });
    const pod = server.objects.create('pods', {
      metadata: { name: 'p', namespace: 'n' },
      spec: { nodeName: 'n', terminationGracePeriodSeconds: 5 },
    });
    const { body } = await ask('DELETE', '/api/v1/namespaces/n');
    expect(body).toMatchObject({ kind: 'Namespace', status: { phase: 'Terminating' } });
    expect(await ask('POST', '/api/v1/namespaces/n/secrets', { metadata: { name: 's2' } })).toMatchObject({
      status: 403,
      body: { details: { causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }] } },
    });
    expect(server.objects.list('secrets', 'n')).toEqual([]);
    server.objects.drop('pods', pod.metadata.uid);
    expect((await ask('GET', '/api/v1/namespaces/n')).status).toBe(404);
  });

  test('by a selector deletes what it finds, and answers the list', async () => {
    await using server = await startApiServer();
    const ask = askerFor(server.kubeConfig());
    for (const name of ['a', 'b']) await create(ask, name, { run: name });
    const answer = await ask('DELETE', `${jobs}?labelSelector=run%3Da`, { propagationPolicy: 'Background' });
    expect(answer.body).toMatchObject({ kind: 'JobList', items: [{ metadata: { name: 'a' } }] });
    expect(server.objects.list('jobs', 'default').map(({ metadata }) => metadata.name)).toEqual(['b']);
  });

  test('can be taken over by what plays the controllers', async () => {
    await using server = await startApiServer();
    const ask = askerFor(server.kubeConfig());
    await create(ask, 'a');
    const asked: unknown[] = [];
    server.onDelete = (resource, object, options) => asked.push([resource, object.metadata.name, options]) > 0;
    expect((await ask('DELETE', `${jobs}/a`, { propagationPolicy: 'Background' })).body.kind).toBe('Job');
    expect(asked).toEqual([['jobs', 'a', { propagationPolicy: 'Background' }]]);
    expect(server.objects.get('jobs', 'default', 'a')).toBeDefined();
  });
});

describe('a write', () => {
  test('with the uid of another object changes nothing: a patch is 422, a PUT and a DELETE are 409', async () => {
    await using server = await startApiServer();
    const ask = askerFor(server.kubeConfig());
    const { body: job } = await create(ask, 'a');
    const uid = '00000000-0000-0000-0000-000000000000';
    const merge = { contentType: 'application/merge-patch+json' };
    expect(await ask('PATCH', `${jobs}/a`, { metadata: { uid }, spec: { suspend: false } }, merge)).toMatchObject({
      status: 422,
      body: { details: { causes: [{ field: 'metadata.uid' }] } },
    });
    expect((await ask('PUT', `${jobs}/a`, { ...job, metadata: { ...job.metadata, uid } })).status).toBe(409);
    expect((await ask('DELETE', `${jobs}/a`, { preconditions: { uid } })).status).toBe(409);
    expect(server.objects.get('jobs', 'default', 'a')?.spec.suspend).toBe(true);
    const own = { metadata: { uid: job.metadata.uid }, spec: { suspend: false } };
    expect((await ask('PATCH', `${jobs}/a`, own, merge)).body).toMatchObject({
      metadata: { generation: 2 },
      spec: { suspend: false },
    });
  });

  test('may tell a suspended Job where to run, and a running one nothing of its template', async () => {
    await using server = await startApiServer();
    const ask = askerFor(server.kubeConfig());
    await create(ask, 'a');
    const patch = async (spec: object) =>
      (await ask('PATCH', `${jobs}/a`, { spec }, { contentType: 'application/merge-patch+json' })).status;
    const template = (zone: string) => ({ template: { spec: { nodeSelector: { zone } } } });
    expect(await patch(template('a'))).toBe(200);
    expect(await patch({ template: { spec: { restartPolicy: 'OnFailure' } } })).toBe(422);
    expect(await patch({ suspend: false })).toBe(200);
    expect(await patch(template('b'))).toBe(422);
  });

  test('of a secret keeps what is immutable', async () => {
    await using server = await startApiServer();
    const ask = askerFor(server.kubeConfig());
    const { body } = await ask('POST', secrets, { metadata: { name: 's' }, stringData: { a: 'b' }, immutable: true });
    expect(body).toMatchObject({ data: { a: 'Yg==' }, type: 'Opaque' });
    expect(body.stringData).toBeUndefined();
    expect((await ask('PUT', `${secrets}/s`, { ...body, data: { a: 'Yw==' } })).body).toMatchObject({
      reason: 'Invalid',
      message: 'Secret "s" is invalid: data: Forbidden: field is immutable when `immutable` is set',
    });
  });

  test('of a pod may shorten its deadline and nothing else', async () => {
    await using server = await startApiServer();
    const ask = askerFor(server.kubeConfig());
    server.objects.create('pods', {
      metadata: { name: 'p' },
      spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i:1' }] },
    });
    const patch = async (spec: object) =>
      (await ask('PATCH', `${pods}/p`, { spec }, { contentType: 'application/merge-patch+json' })).status;
    expect(await patch({ activeDeadlineSeconds: 5 })).toBe(200);
    expect(await patch({ activeDeadlineSeconds: 1 })).toBe(200);
    expect(await patch({ activeDeadlineSeconds: 9 })).toBe(422);
    expect(await patch({ nodeName: 'm' })).toBe(422);
    expect(server.objects.get('pods', 'default', 'p')?.spec.activeDeadlineSeconds).toBe(1);
  });
});

test('a user may do what the rules say, in that namespace', async () => {
  await using server = await startApiServer();
  server.objects.create('namespaces', { metadata: { name: 'other' } });
  const rules = [
    { apiGroups: ['batch'], resources: ['jobs'], verbs: ['list', 'create'] },
    { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
    { apiGroups: [''], resources: ['namespaces'], resourceNames: ['default'], verbs: ['get'] },
  ];
  const ask = askerFor(server.kubeConfig({ rules, user: 'runyard' }));
  expect((await ask('GET', jobs)).status).toBe(200);
  expect((await create(ask, 'a')).status).toBe(201);
  expect((await ask('GET', `${pods}/p/log`)).status).toBe(404);
  expect((await ask('GET', '/api/v1/namespaces/default')).status).toBe(200);
  for (const path of [`${jobs}/a`, pods, '/api/v1/namespaces/other', '/apis/batch/v1/namespaces/other/jobs']) {
    expect((await ask('GET', path)).status).toBe(403);
  }
  expect((await ask('GET', `${jobs}/a`)).body.message).toBe(
    'jobs.batch "a" is forbidden: User "runyard" cannot get resource "jobs" in API group "batch" in the namespace "default"',
  );
});

test('a log is 204 before the pod is bound, and what its reader says afterwards', async () => {
  await using server = await startApiServer();
  const ask = askerFor(server.kubeConfig());
  const pod = server.objects.create('pods', { metadata: { name: 'p' }, spec: {} });
  server.readLog = async (_pod, query) => ({ status: 200, body: JSON.stringify(query) });
  expect((await ask('GET', `${pods}/p/log`)).status).toBe(204);
  server.objects.change('pods', pod.metadata.uid, (draft) => {
    draft.spec.nodeName = 'n';
  });
  const asked = await ask(
    'GET',
    `${pods}/p/log?container=job&follow=true&timestamps=1&tailLines=3&sinceTime=2026-01-01T00:00:00Z`,
  );
  expect(JSON.parse(asked.body)).toEqual({
    follow: true,
    timestamps: true,
    container: 'job',
    sinceTime: '2026-01-01T00:00:00Z',
    tailLines: 3,
  });
  expect((await ask('GET', `${pods}/q/log`)).body.message).toBe('pods "q" not found');
});

async function jobWithSecret(server: ApiServer) {
  const ask = askerFor(server.kubeConfig());
  const { body: job } = await create(ask, 'a');
  const { uid } = job.metadata;
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'a', uid, blockOwnerDeletion: false };
  await ask('POST', secrets, { metadata: { name: 's', ownerReferences: [owner] } });
  const seen: string[] = [];
  server.objects.on(({ type, resource }) => void seen.push(`${type} ${resource}`));
  return { ask, job: job as KubeObject, seen };
}

const create = (ask: Asker, name: string, labels: Record<string, string> = {}) =>
  ask('POST', jobs, {
    metadata: { name, labels },
    spec: {
      suspend: true,
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'a:1' }] } },
    },
  });

const podOf = (job: KubeObject, spec: object): NewObject => ({
  metadata: {
    name: `${job.metadata.name}-1`,
    namespace: job.metadata.namespace ?? 'default',
    ownerReferences: [
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        name: job.metadata.name,
        uid: job.metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  },
  spec,
});

async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, { interval: 5, timeout: 5000 }).toBe(true);
}
