import type { Settings } from '../options.ts';
import { wholeSeconds } from '../spec/quantities.ts';
import { containersOf } from './containers.ts';
import { gpuDemand } from './gpus/demand.ts';
import type { GpuDemand } from './gpus/gpu-demand.ts';
import { withGpus } from './gpus/with-gpus.ts';
import { annotations } from './names.ts';
import { mergeTemplates } from './overlay/merge-template.ts';
import type { PlainObject } from './plain-object.ts';
import type { PodInput } from './pod-input.ts';
import { volumesOf } from './volumes.ts';

/** The pod template of an attempt, with the overlays of the host and of the job merged in. */
export const podTemplate = (input: PodInput): PlainObject => {
  const { spec, settings, size, labels, claimTemplate } = input;
  const gpus = size.gpu === null ? null : gpuDemand(size.gpu, settings.gpus);
  const base = {
    metadata: { labels, annotations: { [annotations.notes]: '1' } },
    spec: podSpec(input, gpus),
  };
  const merged = mergeTemplates(base, [settings.podTemplate, spec.wishes.podTemplate]);
  return gpus === null ? merged : withGpus(merged, gpus, claimTemplate);
};

const podSpec = (input: PodInput, gpus: GpuDemand | null): PlainObject => {
  const { spec, settings, graceMs, service } = input;
  const serviceAccount = spec.wishes.serviceAccount ?? settings.serviceAccount;
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: wholeSeconds(Math.max(1, graceMs)),
    ...(serviceAccount !== undefined && { serviceAccountName: serviceAccount }),
    automountServiceAccountToken: serviceAccount !== undefined,
    enableServiceLinks: false,
    ...(service !== null && { subdomain: service }),
    ...(settings.imagePullSecrets.length > 0 && {
      imagePullSecrets: settings.imagePullSecrets.map((name) => ({ name })),
    }),
    ...placement(input, gpus),
    securityContext: podSecurity(settings),
    ...containersOf(input),
    volumes: volumesOf(input),
  };
};

// Where it runs, and before whom.
const placement = ({ spec: { wishes }, settings }: PodInput, gpus: GpuDemand | null): PlainObject => {
  const nodeSelector = { ...wishes.nodeSelector, ...settings.nodeSelector };
  const tolerations = [...settings.tolerations, ...(wishes.tolerations ?? [])];
  const priorityClass = wishes.priorityClass ?? settings.priorityClass;
  const ofGpus = gpus === null ? undefined : settings.gpus.runtimeClass;
  const runtimeClass = wishes.runtimeClass ?? ofGpus ?? settings.runtimeClass;
  return {
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
    ...(tolerations.length > 0 && { tolerations }),
    ...(priorityClass !== undefined && { priorityClassName: priorityClass }),
    ...(runtimeClass !== undefined && { runtimeClassName: runtimeClass }),
  };
};

const podSecurity = ({ user }: Settings): PlainObject => ({
  seccompProfile: { type: 'RuntimeDefault' },
  ...(user !== undefined && {
    runAsUser: user.uid,
    runAsGroup: user.gid ?? user.uid,
    fsGroup: user.gid ?? user.uid,
    // Else every file of a large volume is looked at before each start.
    fsGroupChangePolicy: 'OnRootMismatch',
    ...(user.uid !== 0 && { runAsNonRoot: true }),
  }),
});
