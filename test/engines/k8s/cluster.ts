import type { Readable } from 'node:stream';

/** Plural, as in paths. */
export type Resource =
  | 'namespaces'
  | 'jobs'
  | 'pods'
  | 'events'
  | 'secrets'
  | 'configmaps'
  | 'services'
  | 'resourceclaimtemplates';

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  /** Deleted in the foreground, the owner waits for this one. */
  blockOwnerDeletion?: boolean;
}

/** Any object, as it goes over the wire. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    uid: string;
    resourceVersion: string;
    creationTimestamp: string;
    generation?: number;
    deletionTimestamp?: string;
    deletionGracePeriodSeconds?: number;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    finalizers?: string[];
    ownerReferences?: OwnerReference[];
  };
  // biome-ignore lint/suspicious/noExplicitAny: whatever the kind has
  spec?: any;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the kind has
  status?: any;
  [field: string]: unknown;
}

export type NewObject = Omit<KubeObject, 'metadata'> & { metadata: Partial<KubeObject['metadata']> };

export interface ObjectChange {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  resource: Resource;
  object: KubeObject;
}

/**
 * What the stand-in's API server stores. Its doors over HTTP check and default; these are for what plays the controllers, and check nothing.
 * What is given and what is answered is shared with every watch: it must not be changed, but by `change`. Of `namespaces` the namespace is ''.
 */
export interface ClusterObjects {
  /** Gives it a uid, a resourceVersion and a creationTimestamp, where it has none. Throws where the name is taken. */
  create(resource: Resource, object: NewObject): KubeObject;
  get(resource: Resource, namespace: string, name: string): KubeObject | undefined;
  byUid(resource: Resource, uid: string): KubeObject | undefined;
  list(resource: Resource, namespace: string): KubeObject[];
  /**
   * Changes a copy, stores it with a new resourceVersion, and tells the watches; a change of nothing is not told. An object with a deletionTimestamp and no
   * finalizer left is removed, where it has no grace period (`deletionGracePeriodSeconds`) or one of 0: a kubelet that is done sets that to 0, or drops the pod.
   */
  change(resource: Resource, uid: string, change: (object: KubeObject) => void): KubeObject | undefined;
  /** Takes it away at once, whatever finalizers it has. */
  drop(resource: Resource, uid: string): void;
  /** Hears every change, in order, after it is stored. */
  on(listener: (change: ObjectChange) => void): () => void;
}

/** What reads logs of containers, for `GET …/pods/{name}/log`. */
export type ReadLog = (
  pod: KubeObject,
  query: {
    container?: string;
    follow: boolean;
    timestamps: boolean;
    sinceTime?: string;
    tailLines?: number;
    limitBytes?: number;
  },
  signal: AbortSignal,
) => Promise<{ status: number; body: string | Buffer | Readable | object }>;

/**
 * A DELETE over HTTP, after authorization and preconditions. What plays the controllers may take it over (true: it will see to the object); else
 * the server does what the real one does by itself: propagation, grace and finalizers.
 */
export type OnDelete = (
  resource: Resource,
  object: KubeObject,
  options: { propagationPolicy?: string; gracePeriodSeconds?: number },
) => boolean;

/** A POST, after authorization and defaults: as an admission plugin, it may refuse, or warn. */
export type OnCreate = (
  resource: Resource,
  object: KubeObject,
) => { refuse?: { status: number; body: object }; warnings?: readonly string[] } | null;

export interface CallCount {
  verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';
  /** With its subresource: `pods/log`. */
  resource: string;
  /** HTTP status of the answer. */
  status: number;
  namespace: string | null;
  /** Who asked; null: nobody that the server knows. */
  user: string | null;
}

export interface ApiServer extends AsyncDisposable {
  readonly url: string;
  readonly objects: ClusterObjects;
  /** Every call since the last `forgetCalls`, in order; what the server's own parts do is not in it. */
  readonly calls: readonly CallCount[];
  forgetCalls(): void;
  /** A kubeconfig, as text, for a new user. With `rules` it has those rights in the namespace (default `default`) and none elsewhere; default: all. */
  kubeConfig(options?: { namespace?: string; rules?: readonly PolicyRule[]; user?: string }): string;
  /** Set by what plays the kubelet and the controllers. */
  readLog: ReadLog | null;
  onDelete: OnDelete | null;
  onCreate: OnCreate | null;
  /** Forgets what was before now: watches and lists that go back to it get 410. */
  compact(): void;
  /** Cuts every connection and takes no new one, until `open`. What the controllers do goes on. */
  shut(): Promise<void>;
  open(): Promise<void>;
}

/** As in a Role. */
export interface PolicyRule {
  apiGroups: readonly string[];
  resources: readonly string[];
  resourceNames?: readonly string[];
  verbs: readonly string[];
}

/** What goes wrong on purpose, each by its own chance, drawn from a seeded source. */
export interface Faults {
  random: () => number;
  /** Chances between 0 and 1, of each call. */
  tooManyRequests?: number;
  unavailable?: number;
  /** Of each list with a resourceVersion or `continue`, and of each watch that begins at a resourceVersion. */
  gone?: number;
  /** Of each frame of a watch: that the stream is cut behind it, in the middle of a line as well. */
  cut?: number;
  /** Of each piece of a followed log: that the stream is cut within it. */
  cutLogs?: number;
  /** Of each list: that its items come in another order, and some twice. */
  scrambled?: number;
  /** Of each call but watches and logs: that it is carried out, and the connection breaks instead of an answer. */
  answerLost?: number;
  /** What a 429 says. Default 1; 0 is an answer too. */
  retryAfterSeconds?: number;
}

export interface ApiServerOptions {
  /** Read at each call, so that a test may change it. */
  faults?: Faults;
  /** Ends watches after so long at the latest. Default 10 min. */
  watchTimeoutMs?: number;
  /** How often bookmarks come. Default 60 s. */
  bookmarkMs?: number;
}
