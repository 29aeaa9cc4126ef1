import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterObjects } from '../../cluster.ts';
import type { Pod } from '../shared/objects.ts';

/** The addresses of pods, and what stands for the cluster's DNS: a file of hosts for each pod, or one that those of a headless service share. */
export interface Hosts {
  /** The same for all pods of that host name in that subdomain. */
  addressOf(pod: Pod): string;
  /** The file that its containers have as `/etc/hosts`. */
  fileOf(pod: Pod): string;
}

/**
 * Pods share this machine's network, so that each has an address of its own in 127.0.0.0/8. A name of a headless service is known from the moment at which its pod
 * begins, and only where the service is there by then.
 *
 * @param folder for the files
 */
export const makeHosts = (objects: ClusterObjects, folder: string): Hosts => {
  // Clusters of tests that run at the same time do not get into each other's way.
  const net = `127.${random(1, 254)}.${random(0, 255)}`;
  const addresses = new Map<string, string>();
  const files = new Map<string, string>();

  const addressOf = (pod: Pod): string => {
    const { spec, metadata } = pod;
    const key = spec.subdomain && spec.hostname ? namesOf(pod).join() : metadata.uid;
    const address = addresses.get(key) ?? `${net}.${(addresses.size % 253) + 2}`;
    addresses.set(key, address);
    return address;
  };

  const fileOf = (pod: Pod): string => {
    const { uid, namespace = '', name } = pod.metadata;
    const { subdomain, hostname } = pod.spec;
    const isMember = subdomain && hostname && objects.get('services', namespace, subdomain)?.spec?.clusterIP === 'None';
    const key = isMember ? `${namespace}.${subdomain}` : uid;
    let file = files.get(key);
    if (!file) {
      file = join(folder, `hosts-${key}`);
      writeFileSync(file, '127.0.0.1\tlocalhost\n');
      files.set(key, file);
    }
    appendFileSync(file, `${addressOf(pod)}\t${(isMember ? namesOf(pod) : [hostname ?? name]).join(' ')}\n`);
    return file;
  };
  return { addressOf, fileOf };
};

const namesOf = ({ spec: { hostname, subdomain }, metadata: { namespace } }: Pod): string[] => {
  const short = `${hostname}.${subdomain}`;
  return [
    `${short}.${namespace}.svc.cluster.local`,
    `${short}.${namespace}.svc`,
    `${short}.${namespace}`,
    short,
    `${hostname}`,
  ];
};

const random = (from: number, to: number): number => from + Math.floor(Math.random() * (to - from + 1));
