import type { Api } from '../../../src/api/api.ts';
import type { JobObject, List, PodObject } from '../../../src/api/objects.ts';
import { isRefusal } from '../../../src/api/refusal.ts';
import type { K8sHandle } from '../../../src/handle.ts';
import { paths } from '../../../src/paths.ts';

type Named = Pick<K8sHandle, 'name' | 'uid'>;

/** What somebody with all rights in a namespace sees and does there. */
export interface Admin {
  readonly api: Api;
  /** null: it is gone. */
  job({ name }: Pick<Named, 'name'>): Promise<JobObject | null>;
  /** Those of a Job, by its uid. */
  pods({ uid }: Pick<Named, 'uid'>): Promise<PodObject[]>;
  /** The only one of a Job. */
  pod(job: Pick<Named, 'uid'>): Promise<PodObject>;
  deletePod(pod: PodObject, graceSeconds?: number): Promise<void>;
  /** What has to let go of a pod before it can be gone. */
  finalize(pod: PodObject, finalizers: readonly string[]): Promise<void>;
  deleteJob(job: Pick<Named, 'name'>, propagationPolicy: 'Foreground' | 'Background' | 'Orphan'): Promise<void>;
  suspend(job: Pick<Named, 'name'>, suspend: boolean): Promise<void>;
  /** What everybody can read who may look into the namespace, but for Secrets: all Jobs, pods, Services and events, as they are now. */
  readable(): Promise<string>;
  /** Everything that is there for an attempt's run, as `Kind name`. */
  remains(handle: Pick<K8sHandle, 'key'>): Promise<string[]>;
}

export const adminOf = (api: Api, namespace: string): Admin => {
  const { signal } = new AbortController();
  const at = paths(namespace);
  const list = async <T>(path: string, labelSelector?: string): Promise<T[]> =>
    (await api.ask<List<T>>({ method: 'GET', path, query: { labelSelector }, signal })).items;
  const unlessGone = async (call: Promise<unknown>): Promise<void> => {
    await call.catch((error: unknown) => {
      if (!isRefusal(error, 404)) throw error;
    });
  };
  const patch = async (path: string, body: object): Promise<void> => {
    await api.ask({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json', signal });
  };
  const pods = ({ uid }: Pick<Named, 'uid'>) => list<PodObject>(at.pods, `batch.kubernetes.io/controller-uid=${uid}`);
  return {
    api,
    async job({ name }) {
      try {
        return await api.ask<JobObject>({ method: 'GET', path: at.job(name), signal });
      } catch (error) {
        if (isRefusal(error, 404)) return null;
        throw error;
      }
    },
    pods,
    async pod(job) {
      const [pod, ...others] = await pods(job);
      if (!pod || others.length > 0) throw new Error(`The Job has ${others.length + (pod ? 1 : 0)} pods, and not one.`);
      return pod;
    },
    async deletePod({ metadata: { name } }, gracePeriodSeconds) {
      await unlessGone(
        api.ask({ method: 'DELETE', path: at.pod(name), body: { ...deletion, gracePeriodSeconds }, signal }),
      );
    },
    finalize: ({ metadata: { name } }, finalizers) => patch(at.pod(name), { metadata: { finalizers } }),
    async deleteJob({ name }, propagationPolicy) {
      await unlessGone(
        api.ask({ method: 'DELETE', path: at.job(name), body: { ...deletion, propagationPolicy }, signal }),
      );
    },
    suspend: ({ name }, suspend) => patch(at.job(name), { spec: { suspend } }),
    async readable() {
      const all = await Promise.all([at.jobs, at.pods, at.services, at.events].map((path) => list(path)));
      return JSON.stringify(all);
    },
    async remains({ key }) {
      const ofRun = `runyard.dev/run=${key.split('.')[0]}`;
      const kinds = [at.jobs, at.pods, at.secrets, at.services];
      const all = await Promise.all(kinds.map((path) => list<{ metadata: { name: string } }>(path, ofRun)));
      return all.flatMap((some, i) => some.map(({ metadata: { name } }) => `${kinds[i]?.split('/').at(-1)} ${name}`));
    },
  };
};

const deletion = { kind: 'DeleteOptions', apiVersion: 'v1' };
