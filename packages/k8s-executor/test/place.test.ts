import { KubeConfig } from '@kubernetes/client-node';
import type { Executor } from '@runyard/core';
import { executorInput, ManualClock, scriptLaunch } from '@runyard/core/testing';
import { expect, it } from 'vitest';
import { startApiServer } from '../../../test/engines/k8s/api-server.ts';
import { k8sExecutor } from '../src/k8s-executor.ts';
import { temporaryHost } from './support/temporary-host.ts';

const { signal } = new AbortController();

it('an attempt lives in the namespace that its Job was made in, also where that was made anew since it was asked for; many at once ask once', async () => {
  await using api = await startApiServer();
  await using host = await temporaryHost();
  const clock = new ManualClock();
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(api.kubeConfig({ namespace: 'jobs' }));
  const make = (): string => api.objects.create('namespaces', { metadata: { name: 'jobs' } }).metadata.uid;
  const executor = k8sExecutor({ kubeConfig, image: 'a' })({ ...host, clock }) as Executor;
  const launch = () => scriptLaunch({ deed: { does: 'wait' }, spec: executor.parseSpec(executorInput()) });

  const before = make();
  expect(await executor.place(signal)).toBe(before);
  expect((await executor.prepare(launch(), signal)).place).toBe(before);
  for (const resource of ['jobs', 'secrets', 'namespaces'] as const)
    for (const { metadata } of api.objects.list(resource, resource === 'namespaces' ? '' : 'jobs'))
      if (metadata.name !== 'default') api.objects.drop(resource, metadata.uid);
  const after = make();
  await clock.advance(2000);
  api.forgetCalls();
  const handles = await Promise.all(Array.from({ length: 8 }, () => executor.prepare(launch(), signal)));
  expect(handles.map(({ place }) => place)).toEqual(handles.map(() => after));
  expect(api.calls.filter(({ resource }) => resource === 'namespaces').length).toBeLessThanOrEqual(2);
  await executor.close?.();
});
