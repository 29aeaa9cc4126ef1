import type { MemoryQuantity } from '@runyard/core/executor-kit';
import { parseWith } from '@runyard/core/executor-kit';
import type { z } from 'zod';
import type { KubeConfigLike } from './kube-config-like.ts';
import { checkTemplate } from './manifest/overlay/check-template.ts';
import { optionsSchema } from './spec/options-schema.ts';

export type { KubeConfigLike } from './kube-config-like.ts';

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
  /** An image with `sh`, `git`, and for ssh urls `ssh`, in which sources are cloned. Default `alpine/git:2.47.2`. */
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
  /** For jobs that ask for none. Kueue goes by it too. */
  priorityClass?: string;
  /** Priority classes that jobs may ask for besides (`executorOptions.priorityClass`). */
  priorityClasses?: readonly string[];
  /** For jobs that ask for none; those with GPUs take that of `gpus` first. */
  runtimeClass?: string;
  /** Runtime classes that jobs may ask for besides (`executorOptions.runtimeClass`). */
  runtimeClasses?: readonly string[];
  /** Service accounts that jobs may ask for besides (`executorOptions.serviceAccount`). */
  serviceAccounts?: readonly string[];
  /** Labels of the nodes on which jobs run. A job may ask for more of them, and change none of these. */
  nodeSelector?: Readonly<Record<string, string>>;
  tolerations?: readonly Toleration[];
  /** Jobs may bring tolerations of their own (`executorOptions.tolerations`), and so run on nodes that others are kept off. Default false. */
  allowTolerations?: boolean;
  /**
   * `runAsUser`, and for volumes `fsGroup` (default: the uid). Default: the image's user; since that is not known beforehand, the workspace can
   * then be written, and the files of secrets be read, by every user inside the pod.
   */
  user?: { uid: number; gid?: number };
  /** The root file system cannot be written; the workspace, the home and /tmp can. Default true. */
  readOnlyRoot?: boolean;
  /** Jobs may say `executorOptions.readOnlyRoot: false`. Default false. */
  allowWritableRoot?: boolean;
  /** Where the workspace lies. Default: an emptyDir without limit. With a storage class: a volume of its own (default 10Gi), which ends with the pod; it belongs to root, so it needs `user` unless images run as root. */
  workspace?: { size?: MemoryQuantity; storageClass?: string };
  /** Size of /dev/shm. Default: half of the job's memory; it counts as memory of the job. */
  shmSize?: MemoryQuantity;
  /** What this executor does not model, merged over each pod template as kubectl's strategic merge does it. */
  podTemplate?: Readonly<Record<string, unknown>>;
  /**
   * Jobs may bring one too (`executorOptions.podTemplate`). That is the whole namespace and more: it can mount the node, run as root, take any service account
   * and read every Secret there, those of other jobs among them. `true`, or the jobs of these owners (`user:<id>`, `group:<id>`). Default false.
   */
  allowPodTemplate?: boolean | readonly string[];
  /** How long what has ended stays, in seconds. It has to outlast the longest time that no instance runs. At least 3600; default 604,800 (7 days). */
  ttlSecondsAfterFinished?: number;
  /** How many logs are followed as they are written; of the others it is read at the end. Default 100. */
  followLogs?: number;
  /** How long a pod may fail to start for a reason that might mend itself (image pulls, configuration, mounts) before its attempt ends. Default 300,000 (5 minutes). */
  startTroubleMs?: number;
  /** How long after the grace a kubelet may take to end a pod that is told to, before it is deleted. Default 10,000. */
  stopMarginMs?: number;
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
  /**
   * For sizes with `share`: the resource that time-slicing or MPS offers, and into how many parts each GPU is cut. A pod gets one part of each GPU, so a share
   * above that is refused, as is any without this option.
   */
  shared?: { resource: string; replicas: number };
  /**
   * By the model of a size: what selects its nodes. Default: the label that the vendor's node labeller writes (`nvidia.com/gpu.product`,
   * `amd.com/gpu.product-name`, `gpu.intel.com/product`) has the model as its value, with blanks as that labeller writes them.
   */
  models?: Readonly<Record<string, { nodeSelector?: Readonly<Record<string, string>>; resource?: string }>>;
  /**
   * The label that tells the memory of a node's GPUs in MiB, as a whole number. Default for NVIDIA `nvidia.com/gpu.memory`. null, and the default
   * for others: there is none, and a size with `memory` needs a model that stands in `models`.
   */
  memoryLabel?: string | null;
  /** Default: one that tolerates every taint with the resource's name. */
  tolerations?: readonly Toleration[];
  runtimeClass?: string;
  /** Claims devices by DRA (`resource.k8s.io/v1`) instead of a device plugin. */
  dra?: {
    /** Default by vendor: `gpu.nvidia.com`, `gpu.amd.com`, `gpu.intel.com`. */
    deviceClass?: string;
    /** For sizes with `mig`. Default `mig.nvidia.com`. */
    migDeviceClass?: string;
    /** The driver, under which attributes and capacities stand. Default as that of `deviceClass`. */
    driver?: string;
    /** Default `productName`; a device fits when the words of the model stand in its value. */
    modelAttribute?: string;
    /** Default `memory`. */
    memoryCapacity?: string;
  };
}

/** Every default filled in. */
export type Settings = z.output<typeof optionsSchema>;

/** Throws `invalid-option` with the field. */
export const parseOptions = (options: K8sExecutorOptions): Settings => {
  const settings = parseWith(optionsSchema, options, { code: 'invalid-option', root: 'k8sExecutor' });
  if (settings.podTemplate !== undefined)
    checkTemplate(settings.podTemplate, { field: 'k8sExecutor.podTemplate', code: 'invalid-option' });
  return settings;
};
