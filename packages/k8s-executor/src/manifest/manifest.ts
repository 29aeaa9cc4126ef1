import type { PlainObject } from './plain-object.ts';

/** An object as it is sent to the API server. Its namespace is that of the path that it is sent to. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: PlainObject[];
  };
  [field: string]: unknown;
}

/** Whose end is the end of what it owns: the Job. */
export interface Owner {
  name: string;
  uid: string;
}

/** Neither keeps the Job from being deleted nor is found by who looks for a controller. */
export const ownedBy = ({ name, uid }: Owner): PlainObject[] => [
  { apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: false, blockOwnerDeletion: false },
];
