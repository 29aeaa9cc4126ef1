import { KubeConfig } from '@kubernetes/client-node';
import type { Executor, Launch } from '@runyard/core';
import { executorInput, ManualClock, scriptLaunch } from '@runyard/core/testing';
import { startApiServer } from '../../../../test/engines/k8s/api-server.ts';
import type { ApiServer } from '../../../../test/engines/k8s/cluster.ts';
import { k8sExecutor } from '../../src/k8s-executor.ts';
import { temporaryHost } from './temporary-host.ts';

export interface ExecutorOn extends AsyncDisposable {
  server: ApiServer;
  executor: Executor;
  clock: ManualClock;
  newLaunch(): Launch;
}

/** The executor, on a manual clock, in a namespace of a stand-in's API server that runs nothing by itself. */
export const executorOn = async (namespace = 'default'): Promise<ExecutorOn> => {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startApiServer());
  const host = stack.use(await temporaryHost());
  const clock = new ManualClock();
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(server.kubeConfig({ namespace }));
  const executor = k8sExecutor({ kubeConfig, image: 'a' })({ ...host, clock }) as Executor;
  stack.defer(() => executor.close?.());
  const opened = stack.move();
  return {
    ...{ server, executor, clock },
    newLaunch: () => scriptLaunch({ deed: { does: 'wait' }, spec: executor.parseSpec(executorInput()) }),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
};
