import type { MemoryQuantity } from '@runyard/core/executor-kit';

/** A KubeConfig of @kubernetes/client-node, or anything with these two of its methods. */
export interface KubeConfigLike {
  getCurrentCluster(): { server: string } | null;
  // biome-ignore lint/suspicious/noExplicitAny: the client's own context, which only the client makes
  applySecurityAuthentication(context: any): Promise<void>;
  getContextObject?(name: string): { namespace?: string } | null;
  getCurrentContext?(): string;
}

/** What every option of `k8sExecutor` may be. All of them may be left out. */
export interface K8sExecutorOptions {
  /** Default: that of the pod that the host runs in, else what kubectl would use (KUBECONFIG, `~/.kube/config`). */
  kubeConfig?: KubeConfigLike;
  /** Where jobs run. Default: the namespace of the kubeconfig's context, or that of the host's own pod. */
  namespace?: string;
  /** The executor's name in messages. Default `k8s`. */
  name?: string;
  /** Image of jobs that name none. Without it such a job is refused at save. */
  image?: string;
  /** Default: the cluster's (`Always` for `:latest`, else `IfNotPresent`). */
  imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  /** Names of Secrets with registry credentials, in the namespace. */
  imagePullSecrets?: readonly string[];
  /** An image with `sh`, `git`, and for ssh urls `ssh`, in which sources are cloned. */
  gitImage?: string;
  /** Host keys (`known_hosts` lines) that clones over ssh accept, where a credential brings none of its own. Without any, no ssh host is accepted. */
  knownHosts?: string;
  /** Service account of the pods. Default: the namespace's `default`. Its token is mounted only where one is named. */
  serviceAccount?: string;
  /** How GPUs are asked for. Default: NVIDIA's device plugin. */
  gpus?: GpuMapping;
  /** Kueue's LocalQueue, for jobs that ask for none. Default: no queue, and jobs start at once. */
  queue?: string;
  /** Queues that jobs may ask for besides (`executorOptions.queue`). */
  queues?: readonly string[];
  /** For jobs that ask for none. */
  priorityClass?: string;
  /** Priority classes that jobs may ask for besides (`executorOptions.priorityClass`). */
  priorityClasses?: readonly string[];
  /** For jobs that ask for none; those with GPUs take that of `gpus` first. */
  runtimeClass?: string;
  /** Runtime classes that jobs may ask for besides (`executorOptions.runtimeClass`). */
  runtimeClasses?: readonly string[];
  /** Service accounts that jobs may ask for besides (`executorOptions.serviceAccount`). */
  serviceAccounts?: readonly string[];
  nodeSelector?: Readonly<Record<string, string>>;
  tolerations?: readonly Toleration[];
  /** `runAsUser`, and for volumes `fsGroup`. Default: the image's user. */
  user?: { uid: number; gid?: number };
  /** The root file system cannot be written; the workspace, the home and /tmp can. Default true. */
  readOnlyRoot?: boolean;
  /** Jobs may say `executorOptions.readOnlyRoot: false`. Default false. */
  allowWritableRoot?: boolean;
  /** Where the workspace lies. Default: an emptyDir without limit. With a storage class: a volume of its own, which ends with the pod. */
  workspace?: { size?: MemoryQuantity; storageClass?: string };
  /** Size of /dev/shm. Default: half of the job's memory; it counts as memory of the job. */
  shmSize?: MemoryQuantity;
  /** What this executor does not model, merged over each pod template as kubectl's strategic merge does it. */
  podTemplate?: Readonly<Record<string, unknown>>;
  /** Jobs may bring one too (`executorOptions.podTemplate`): it can mount the node and run as root. `true`, or those owners' jobs. Default false. */
  allowPodTemplate?: boolean | readonly string[];
  /** How long what has ended stays, in seconds. It has to outlast the longest time that no instance runs. Default 604,800 (7 days). */
  ttlSecondsAfterFinished?: number;
  /** How many logs are followed as they are written; of the others it is read at the end. Default 100. */
  followLogs?: number;
  /** How long a pod may fail to start for a reason that might mend itself (image pulls, configuration, mounts) before its attempt ends. Default 300,000 (5 minutes). */
  startTroubleMs?: number;
  /** How long a call may go unanswered before the API server counts as away. Default 30,000. */
  callTimeoutMs?: number;
}

export interface Toleration {
  key?: string;
  operator?: 'Exists' | 'Equal' | 'Lt' | 'Gt';
  value?: string;
  effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  tolerationSeconds?: number;
}

/** How the GPU part of a size becomes part of a pod. */
export interface GpuMapping {
  /** Whose device plugin: `nvidia` (the default), `amd` or `intel`. */
  vendor?: 'nvidia' | 'amd' | 'intel';
  /** Extended resource of a whole GPU. Default by vendor: `nvidia.com/gpu`, `amd.com/gpu`, `gpu.intel.com/i915`. */
  resource?: string;
  /** For sizes with `share`: the resource that time-slicing or MPS offers, and into how many parts each GPU is cut. Without it such a size is refused. */
  shared?: { resource: string; replicas: number };
  /** By the model of a size: what selects its nodes. Default: the label `nvidia.com/gpu.product` has the model as its value. */
  models?: Readonly<Record<string, { nodeSelector?: Readonly<Record<string, string>>; resource?: string }>>;
  /** Default: one that tolerates every taint with the resource's name. */
  tolerations?: readonly Toleration[];
  runtimeClass?: string;
  /** Claims devices by DRA (`resource.k8s.io/v1`) instead of a device plugin. */
  dra?: {
    /** Default `gpu.nvidia.com`. */
    deviceClass?: string;
    /** The driver, under which attributes and capacities stand. Default `gpu.nvidia.com`. */
    driver?: string;
    /** Default `productName`; a device fits when its value contains the model. */
    modelAttribute?: string;
    /** Default `memory`. */
    memoryCapacity?: string;
  };
}
