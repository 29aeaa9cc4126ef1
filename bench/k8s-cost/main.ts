// What runs on Kubernetes ask of its API server, by the server's own count: calls for each run, and watches, for a few runs at once and for many. The cluster
// is the one that plays recordings, at their own pace: each run clones, runs for a second or two, and succeeds.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { createRunyard } from '@runyard/core';
import { k8sExecutor } from '@runyard/k8s-executor';
import { startReplay } from '../../test/engines/k8s/replay.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5,100,1000' },
    recording: { type: 'string', default: '01-success' },
  },
});

const measure = async (runs: number): Promise<void> => {
  await using replay = await startReplay({ speed: 1 });
  const namespace = 'bench';
  replay.objects.create('namespaces', { metadata: { name: namespace }, status: { phase: 'Active' } });
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(replay.kubeConfig({ namespace }));
  const dir = await mkdtemp(join(tmpdir(), 'runyard-bench-'));
  const runyard = await createRunyard({
    dataDir: join(dir, 'data'),
    executors: { k8s: k8sExecutor({ kubeConfig, image: `lab.local/${values.recording}:1` }) },
    defaultExecutor: 'k8s',
    sizes: { small: { cpu: 1, memory: '256Mi' } },
  });
  try {
    const job = await runyard.jobs.create({ name: 'bench', command: 'true' });
    replay.forgetCalls();
    let disposed = 0;
    let most = 0;
    let failed = 0;
    const over = Promise.withResolvers<void>();
    runyard.on('attempt.disposed', () => ++disposed === runs && over.resolve());
    runyard.on('run.failed', () => void failed++);
    const look = setInterval(() => {
      const live = replay.objects.list('pods', namespace).filter(({ status }) => status?.phase !== 'Succeeded').length;
      most = Math.max(most, live);
    }, 250);
    const from = performance.now();
    await Promise.all(Array.from({ length: runs }, () => runyard.jobs.start(job.id)));
    await over.promise;
    clearInterval(look);
    const seconds = (performance.now() - from) / 1000;
    tell({ runs, most, failed, seconds }, replay.calls);
  } finally {
    await runyard.close();
    await rm(dir, { recursive: true, force: true });
  }
};

const tell = (
  { runs, most, failed, seconds }: { runs: number; most: number; failed: number; seconds: number },
  calls: readonly { verb: string; resource: string }[],
): void => {
  const watches = calls.filter(({ verb }) => verb === 'watch').length;
  const asked = calls.length - watches;
  const by = Map.groupBy(calls, ({ verb, resource }) => `${verb} ${resource}`);
  const parts = [...by].toSorted(([, a], [, b]) => b.length - a.length).map(([name, all]) => `${name} ${all.length}`);
  console.log(
    `${String(runs).padStart(5)} runs, ${most} pods at once, ${failed} failed, ${seconds.toFixed(1)} s: ${(asked / runs).toFixed(2)} requests a run, ${watches} watches`,
  );
  console.log(`      ${parts.join(' · ')}`);
};

for (const runs of values.runs.split(',').map(Number)) await measure(runs);
console.log(`rss ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB, API server and host in one process`);
