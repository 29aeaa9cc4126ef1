import { KubeConfig } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import type { K8sExecutorOptions } from '../../src/options.ts';
import { type Attempts, openAttempts } from '../support/attempts.ts';
import { polite } from '../support/commands.ts';
import { grantedRules } from '../support/granted-rules.ts';
import { describeOnCluster, standIn, type TestCluster, useCluster } from '../support/use-cluster.ts';

const several = { sh: 'true', job: { scale: 2 } };
const claiming = {
  ...{ sh: 'true', size: { name: 'gpu', cpu: 0.05, memoryBytes: 128 * 2 ** 20, gpu: { count: 1 } } },
};
const dra: K8sExecutorOptions = { gpus: { dra: {} } };

/** Each right of the manifest, and what cannot be done without it. `others`: with all rights. */
const needs: Record<string, (lacking: Attempts, others: Attempts) => Promise<unknown>> = {
  'get namespaces': ({ executor, signal }) => executor.place(signal),
  'create jobs': (lacking) => lacking.prepare({ sh: polite }),
  'get jobs': async ({ executor, signal }, others) => executor.inspect(await others.prepare({ sh: polite }), signal),
  'list jobs': waits,
  'watch jobs': waits,
  'patch jobs': starts,
  async 'delete jobs'({ executor, signal }, others) {
    await executor.remove(await others.prepare({ sh: polite }), signal);
  },
  'list pods': async ({ executor, signal }, others) => executor.inspect(await others.prepare({ sh: polite }), signal),
  'watch pods': waits,
  async 'delete pods'({ executor, signal }, others) {
    const { handle, printed } = await others.begin({ sh: polite });
    await printed('begun');
    await executor.remove(handle, signal);
  },
  async 'get pods/log'(lacking, others) {
    const { handle, printed } = await others.begin({ sh: polite });
    await printed('begun');
    await lacking.log(handle);
  },
  'create secrets': (lacking) => lacking.prepare({ sh: polite }),
  'update secrets': starts,
  'create services': (lacking) => lacking.prepare(several),
  'create resourceclaimtemplates': (lacking) => lacking.prepare(claiming),
};

/** Without these it goes on all the same. */
const spared = ['patch pods', 'list events', 'watch events'];

async function waits({ executor, signal }: Attempts, others: Attempts): Promise<void> {
  await executor.wait(await others.prepare({ sh: polite }), { signal, onProgress() {} });
}

async function starts({ executor, signal }: Attempts, others: Attempts): Promise<void> {
  const launch = others.launch({ sh: polite });
  await executor.start(await others.prepare(launch), { launch, signal });
}

describeOnCluster('the rights of the manifest', () => {
  const cluster = useCluster();
  const rights = grantedRules().flatMap(({ resources, verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)),
  );

  it('are all told below', () => {
    expect([...Object.keys(needs), ...spared].sort()).toEqual([...rights].sort());
  });

  it('suffice, and each of them is used', async ({ skip }) => {
    const { api } = standIn(cluster(), skip, 'its API server does not say what it was asked for');
    await using attempts = await openAttempts(cluster(), dra);
    await using another = await openAttempts(cluster(), dra);
    const uses: ((attempts: Attempts, others: Attempts) => Promise<unknown>)[] = [
      (...both) => starts(...both),
      (own) => own.run(several),
      (own) => own.run(claiming),
      async (own) => {
        const attempt = await own.begin({ sh: polite });
        await attempt.printed('begun');
        // With less than the grace that it was made with, and then again.
        await attempt.stop(0);
      },
      async ({ executor, signal }) => {
        for await (const { handle } of executor.list?.('1'.repeat(32), signal) ?? []) expect(handle.v).toBe(1);
      },
    ];
    await Promise.all(uses.map((use) => use(attempts, another)));
    const used = api.calls.filter(({ user, status }) => user === 'runyard' && status < 300);
    expect([...new Set(used.map(({ verb, resource }) => `${verb} ${resource}`))].sort()).toEqual([...rights].sort());
    expect(api.calls.filter(({ user, status }) => user === 'runyard' && status === 403)).toEqual([]);
  });

  it.for(Object.entries(needs))(
    '“%s” that is missing is told as what to give; the attempt waits',
    async ([right, use], { skip }) => {
      const lacked = await openAttempts(without(cluster(), right, skip), dra);
      await using lacking = lacked;
      await using others = await openAttempts(cluster(), dra);
      const [verb = '', resource = ''] = right.split(' ');
      await expect(use(lacking, others)).rejects.toMatchObject({
        code: 'executor-unavailable',
        message: expect.stringMatching(
          new RegExp(`does not let Runyard ${verb} ${resource} in namespace .* the verb '${verb}' on '${resource}'`),
        ),
      });
    },
  );

  it.for(['list events', 'watch events'])(
    '“%s” is a comfort: without it runs only tell less',
    async (right, { skip }) => {
      const few = without(cluster(), right, skip);
      await using attempts = await openAttempts(few);
      const { outcome, log } = await attempts.run({ sh: 'echo ran; exit 3' });
      expect([outcome, log]).toMatchObject([{ class: 'exited', code: 3 }, 'ran\n']);
    },
  );

  it('“patch pods” may be missing: what is stopped is deleted then', async ({ skip }) => {
    const few = without(cluster(), 'patch pods', skip);
    await using attempts = await openAttempts(few, { stopMarginMs: 100 });
    const attempt = await attempts.begin({ sh: polite });
    await attempt.printed('begun');
    await attempt.stop(100);
    expect(await cluster().admin.pods(attempt.handle)).toEqual([]);
    expect(await attempt.outcome).toMatchObject({ class: 'exited', code: 5 });
  });
});

/** The cluster as somebody sees it who has all rights of the manifest but one. */
const without = (cluster: TestCluster, right: string, skip: (because: string) => never): TestCluster => {
  const { api } = standIn(cluster, skip, 'it takes rights away');
  const rules = grantedRules().map((rule) => ({
    ...rule,
    verbs: rule.verbs.filter((verb) => !rule.resources.some((resource) => `${verb} ${resource}` === right)),
  }));
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(api.kubeConfig({ namespace: cluster.namespace, rules }));
  return { ...cluster, kubeConfig, options: { ...cluster.options, kubeConfig } };
};
