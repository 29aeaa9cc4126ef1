import type { Gpu } from '../../../packages/core/src/domain/gpu/gpu.ts';
import type { SizeInput } from '../../../packages/core/src/domain/job/parse-size.ts';
import type { Checkpoint } from '../../../packages/core/src/engine/checkpoints.ts';

/** Exit code of a host whose store or directory was not to be had. */
export const cannotStart = 3;

/** What a host tells of itself, unasked. */
export type News =
  /** Its process is up, and it opens its store and its data directory. */
  | { news: 'opening' }
  /** It is up: everything of before is adopted. */
  | { news: 'up' }
  | { news: 'adopted'; runId: string }
  /** It found that another looks after the run now. */
  | { news: 'lost'; runId: string }
  /** A fault of ours: a TypeError and its kin. */
  | { news: 'fault'; sentence: string };

/** How a host process is put together; plain JSON, for its argument list. */
export interface HostSetup {
  dataDir: string;
  /** null: SQLite in the data directory. */
  database: { url: string; schema: string } | null;
  /** null: real time. */
  storeTime: StoreTime | null;
  /** How long the lease of this host lasts, ms of store time. */
  leaseMs: number;
  /** A folder that several hosts share; its jobs run at one place for all of them, as on a Docker engine. null: there is none. */
  shared: string | null;
  /** A Docker engine, which hosts may share: the executor `docker`. */
  docker?: DockerSetup;
  /** A namespace of a cluster, which hosts may share: the executor `k8s`. */
  k8s?: K8sSetup;
  sizes?: Record<string, SizeInput>;
  /** Real ms. */
  turnAfterMs?: number;
  /** Dies by SIGKILL when it passes this first. null: only when it is told to. */
  dieAt: Checkpoint | null;
}

export interface DockerSetup {
  /** `unix://…` */
  host: string;
  image: string;
  /** Folders that jobs may mount, by name, to write into. */
  mounts: Record<string, string>;
  gpus: Gpu[] | 'none';
}

export interface K8sSetup {
  server: string;
  token: string;
  namespace: string;
  image: string;
}

/** Store time runs from a common origin, so many times as fast: all hosts and all restarts agree on it. */
export interface StoreTime {
  /** Epoch ms. */
  origin: number;
  factor: number;
}
