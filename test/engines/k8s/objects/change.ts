import type { KubeObject, ObjectChange } from '../cluster.ts';

/** One write, with what a watch needs to tell of it. Its objects are never changed. */
export interface Change extends ObjectChange {
  version: number;
  /** What stood there before; null: nothing. */
  previous: KubeObject | null;
  /** Lines of watches, by their type, made when the first watch needs one. */
  lines: Map<string, Buffer>;
}

export type ChangeType = ObjectChange['type'];
