import { setTimeout as sleep } from 'node:timers/promises';
import { BatchV1Api, CoreV1Api, KubeConfig, type V1Pod, Watch } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { startReplay } from '../engines/k8s/replay.ts';

test('the client that everybody uses gets on with the stand-in', async () => {
  await using replay = await startReplay({ speed: 100 });
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(replay.kubeConfig());
  const batch = kubeConfig.makeApiClient(BatchV1Api);
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const exitCodes: unknown[] = [];
  const watching = await new Watch(kubeConfig).watch(
    '/api/v1/namespaces/default/pods',
    { allowWatchBookmarks: true },
    (_type, pod: V1Pod) => void exitCodes.push(pod.status?.containerStatuses?.[0]?.state?.terminated?.exitCode),
    () => {},
  );

  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'lab.local/02-exit-7:1' }] } };
  const job = await batch.createNamespacedJob({
    namespace: 'default',
    body: { metadata: { name: 'a' }, spec: { template } },
  });
  expect(job.spec?.completionMode).toBe('NonIndexed');
  while (!exitCodes.includes(7)) await sleep(5);
  watching.abort();
  const { items } = await core.listNamespacedPod({ namespace: 'default', labelSelector: 'job-name=a' });
  const name = items[0]?.metadata?.name ?? '';
  expect(await core.readNamespacedPodLog({ namespace: 'default', name, container: 'job' })).toBe('about to fail\n');
  await expect(batch.readNamespacedJob({ namespace: 'default', name: 'b' })).rejects.toMatchObject({ code: 404 });
});
