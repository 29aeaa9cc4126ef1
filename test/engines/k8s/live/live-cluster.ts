import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import type { DockerEngine } from '../../docker-engine.ts';
import { startApiServer } from '../api-server.ts';
import type { ApiServer, ApiServerOptions } from '../cluster.ts';
import { type Disruptions, disruptions } from './disruptions.ts';
import { jobController } from './job-controller/job-controller.ts';
import { makeHosts } from './kubelet/hosts.ts';
import { kubelet } from './kubelet/kubelet.ts';
import { logReader } from './logs/read-log.ts';
import { scheduler } from './scheduler/scheduler.ts';
import { makeStage } from './shared/make-stage.ts';
import { makeNode, type NodeOptions } from './shared/nodes.ts';

export interface LiveClusterOptions {
  /** Where the containers of pods run. */
  docker: DockerEngine;
  /** Default: one, `node-1`, with 64 cores and 256Gi. */
  nodes?: readonly NodeOptions[];
  /** Names that pods may use for images of the engine, besides the engine's own: `{ 'registry.example/train:1': 'runyard/tools:1' }`. */
  images?: Readonly<Record<string, string>>;
  api?: ApiServerOptions;
}

export interface LiveCluster extends Disruptions, AsyncDisposable {
  readonly api: ApiServer;
  /** On the engine: `git` has sh, git and ssh; `tools` has bash, git and python3. */
  readonly images: { readonly busybox: string; readonly tools: string; readonly git: string };
  /** Joins it; what waits for a node is tried again. */
  addNode(node: NodeOptions): void;
}

/**
 * A cluster that really runs pods, each of their containers as one of a Docker engine. Its API server is the stand-in's; controllers, scheduler
 * and kubelets are played in this process. Disposing of it takes all of its containers away, and rejects where the stand-in itself has gone wrong.
 */
export const startLiveCluster = async ({
  docker,
  nodes,
  images,
  api: apiOptions,
}: LiveClusterOptions): Promise<LiveCluster> => {
  await promisify(execFile)(resolve(import.meta.dirname, 'git-image.sh'), [docker.socket, gitImage]);
  const engine = new Docker({ socketPath: docker.socket });
  const folder = await mkdtemp(join(tmpdir(), 'k8s-'));
  await mkdir(join(folder, 'pods'));
  const api = await startApiServer(apiOptions);
  const faults: unknown[] = [];
  const all = (nodes ?? [{ name: 'node-1' }]).map(makeNode);
  const stage = makeStage(api, { nodes: all, fault: (error) => void faults.push(error) });
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const label = `k8s-cluster-${randomBytes(6).toString('hex')}`;

  const controller = jobController(stage);
  const schedules = scheduler(stage);
  const kubelets = kubelet(
    {
      ...{ stage, docker: engine, label, images: images ?? {} },
      ...{ hosts: makeHosts(api.objects, folder), closing: closing.signal },
    },
    { folder: join(folder, 'pods'), close: () => closing.abort() },
  );
  api.readLog = logReader({ docker: engine, node: stage.node, runOf: kubelets.runOf });

  return {
    api,
    images: { ...docker.images, git: gitImage },
    ...disruptions(stage, kubelets),
    addNode(node) {
      all.push(makeNode(node));
      schedules.lookAgain();
    },
    async [Symbol.asyncDispose]() {
      controller[Symbol.dispose]();
      schedules[Symbol.dispose]();
      await kubelets[Symbol.asyncDispose]();
      await removeContainers(engine, label);
      stage[Symbol.dispose]();
      await api[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
      if (faults.length > 0)
        throw new AggregateError(faults, `The stand-in for a cluster went wrong: ${String(faults[0])}`);
    },
  };
};

/** Those, too, of which a kubelet has never heard that they were created. */
const removeContainers = async (engine: Docker, label: string): Promise<void> => {
  const left = await engine.listContainers({ all: true, filters: { label: [label] } });
  await Promise.all(left.map(({ Id }) => engine.getContainer(Id).remove({ force: true, v: true })));
};

const gitImage = 'runyard/git:1';
