import { KubeConfig } from '@kubernetes/client-node';
import { type Clock, type Logger, systemClock } from '@runyard/core';
import { seededEntropy } from '@runyard/core/testing';
import { startApiServer } from '../../../../test/engines/k8s/api-server.ts';
import type { ApiServer, ApiServerOptions, KubeObject, PolicyRule } from '../../../../test/engines/k8s/cluster.ts';
import type { Api } from '../../src/api/api.ts';
import { connect } from '../../src/api/connect.ts';
import type { KubeConfigLike } from '../../src/options.ts';
import { createMirror } from '../../src/watch/create-mirror.ts';
import type { Followed, Mirror } from '../../src/watch/mirror.ts';
import type { View } from '../../src/watch/view.ts';

export interface MirrorUnderTest extends AsyncDisposable {
  server: ApiServer;
  mirror: Mirror;
  api: Api;
  namespace: string;
  clock: Clock;
  /** What was warned of. */
  warnings: string[];
}

export interface MirrorOptions extends ApiServerOptions {
  clock?: Clock;
  callTimeoutMs?: number;
  rules?: readonly PolicyRule[];
}

/** A mirror of the namespace `default` of a stand-in's API server. */
export const startMirror = async (options: MirrorOptions = {}): Promise<MirrorUnderTest> => {
  const { clock = systemClock(), callTimeoutMs = 30_000, rules, ...serverOptions } = options;
  const server = await startApiServer(serverOptions);
  const kubeConfig = kubeConfigOf(server, rules);
  const warnings: string[] = [];
  const logger: Logger = { debug() {}, info() {}, warn: (_fields, message) => warnings.push(message), error() {} };
  const entropy = seededEntropy(7);
  const { api, namespace } = await connect({ kubeConfig, callTimeoutMs }, { clock, entropy });
  const mirror = createMirror({ api, namespace, clock, random: () => entropy.random(), logger });
  return {
    ...{ server, mirror, api, namespace, clock, warnings },
    async [Symbol.asyncDispose]() {
      mirror.close();
      api.close();
      await server[Symbol.asyncDispose]();
    },
  };
};

export const kubeConfigOf = (server: ApiServer, rules?: readonly PolicyRule[]): KubeConfigLike => {
  const config = new KubeConfig();
  config.loadFromString(server.kubeConfig(rules === undefined ? {} : { rules }));
  return config;
};

/** The view, once it is so. */
export const until = async (followed: Followed, isSo: (view: View) => boolean): Promise<View> => {
  const signal = AbortSignal.timeout(20_000);
  for (;;) {
    const view = followed.view();
    if (isSo(view)) return view;
    await followed.changed(30_000, signal);
  }
};

/** Watches of the server so far, or lists, by resource. */
export const countOf = (server: ApiServer, verb: 'watch' | 'list', resource?: string): number =>
  server.calls.filter((call) => call.verb === verb && (resource === undefined || call.resource === resource)).length;

export const managed = { 'app.kubernetes.io/managed-by': 'runyard' };

export const newJob = (server: ApiServer, name: string): KubeObject =>
  server.objects.create('jobs', {
    metadata: { name, labels: managed },
    spec: { suspend: true, template: { spec: {} } },
  });

export const newPod = (server: ApiServer, name: string, owner: KubeObject | null): KubeObject =>
  server.objects.create('pods', {
    metadata: {
      name,
      labels: managed,
      ...(owner && { ownerReferences: [ownerOf(owner)] }),
    },
    spec: { nodeName: 'n', containers: [{ name: 'job', image: 'a' }], volumes: [{ name: 'v', emptyDir: {} }] },
    status: { phase: 'Pending' },
  });

const ownerOf = ({ metadata: { name, uid } }: KubeObject) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  name,
  uid,
  controller: true,
});

export const newEvent = (server: ApiServer, name: string, about: KubeObject): KubeObject =>
  server.objects.create('events', {
    metadata: { name },
    involvedObject: { kind: about.kind, name: about.metadata.name, uid: about.metadata.uid },
    reason: 'Told',
    message: name,
    type: 'Normal',
  });
