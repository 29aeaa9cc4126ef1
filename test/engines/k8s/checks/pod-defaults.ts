// biome-ignore lint/suspicious/noExplicitAny: any pod's spec, checked afterwards
type Spec = any;

/** A pod's spec as the API server completes it, in place. */
export function podDefaults(spec: Spec): void {
  spec.restartPolicy ??= 'Always';
  spec.terminationGracePeriodSeconds ??= 30;
  spec.dnsPolicy ??= 'ClusterFirst';
  spec.securityContext ??= {};
  spec.schedulerName ??= 'default-scheduler';
  if (spec.serviceAccountName) spec.serviceAccount ??= spec.serviceAccountName;
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) containerDefaults(container);
  for (const volume of spec.volumes ?? []) volumeDefaults(volume);
}

function containerDefaults(container: Spec): void {
  container.resources ??= {};
  container.terminationMessagePath ??= '/dev/termination-log';
  container.terminationMessagePolicy ??= 'File';
  container.imagePullPolicy ??= isLatest(container.image ?? '') ? 'Always' : 'IfNotPresent';
  for (const port of container.ports ?? []) port.protocol ??= 'TCP';
  for (const { valueFrom } of container.env ?? []) if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ??= 'v1';
}

const isLatest = (image: string) => /:latest$/.test(image) || !/[:@][^/]*$/.test(image);

// The mode 0644.
const readable = 420;

function volumeDefaults(volume: Spec): void {
  if (volume.secret) volume.secret.defaultMode ??= readable;
  if (volume.configMap) volume.configMap.defaultMode ??= readable;
  if (volume.projected) volume.projected.defaultMode ??= readable;
  for (const { serviceAccountToken } of volume.projected?.sources ?? []) {
    if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= 3600;
  }
  if (volume.downwardAPI) volume.downwardAPI.defaultMode ??= readable;
  for (const { fieldRef } of volume.downwardAPI?.items ?? []) if (fieldRef) fieldRef.apiVersion ??= 'v1';
  const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
  if (claim) claim.volumeMode ??= 'Filesystem';
}
