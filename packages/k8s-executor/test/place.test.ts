import { expect, it } from 'vitest';
import { executorOn } from './support/executor-on.ts';

const { signal } = new AbortController();

it('an attempt lives in the namespace that its Job was made in, also where that was made anew since it was asked for; many at once ask once', async () => {
  await using on = await executorOn('jobs');
  const { server: api, executor, clock, newLaunch } = on;
  const make = (): string => api.objects.create('namespaces', { metadata: { name: 'jobs' } }).metadata.uid;

  const before = make();
  expect(await executor.place(signal)).toBe(before);
  expect((await executor.prepare(newLaunch(), signal)).place).toBe(before);
  for (const resource of ['jobs', 'secrets', 'namespaces'] as const)
    for (const { metadata } of api.objects.list(resource, resource === 'namespaces' ? '' : 'jobs'))
      if (metadata.name !== 'default') api.objects.drop(resource, metadata.uid);
  const after = make();
  await clock.advance(2000);
  api.forgetCalls();
  const handles = await Promise.all(Array.from({ length: 8 }, () => executor.prepare(newLaunch(), signal)));
  expect(handles.map(({ place }) => place)).toEqual(handles.map(() => after));
  expect(api.calls.filter(({ resource }) => resource === 'namespaces').length).toBeLessThanOrEqual(2);
});
