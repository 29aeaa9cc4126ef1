import type { Store } from '../ports/store.ts';

/** Each read that the store has, asked through `asked`. */
export const readsThrough = (
  store: Store,
  asked: (name: ReadName, call: () => Promise<unknown>) => Promise<unknown>,
): Pick<Store, ReadName> =>
  Object.fromEntries(
    (Object.keys(readNames) as ReadName[]).flatMap((name) => {
      if (!store[name]) return [];
      const read = (...given: unknown[]) =>
        asked(name, () => (store[name] as (...given: unknown[]) => Promise<unknown>)(...given));
      return [[name, read]];
    }),
  ) as unknown as Pick<Store, ReadName>;

/** The reads of a store. */
export type ReadName = Exclude<keyof Store, 'kind' | 'open' | 'commit' | 'close' | 'watch' | 'logs' | 'hurry'>;

// A record, so that the compiler asks for each read that is added to the port.
const readNames: Record<ReadName, true> = {
  job: true,
  jobAt: true,
  jobByName: true,
  jobs: true,
  cursor: true,
  run: true,
  runs: true,
  attempts: true,
  occurrences: true,
  activity: true,
  activeCounts: true,
  due: true,
  nextWakeAt: true,
  ahead: true,
  startable: true,
  taken: true,
  overdue: true,
  active: true,
  stopRequests: true,
  adoptable: true,
  leasedTo: true,
  unfinished: true,
  attemptStates: true,
  retained: true,
  remains: true,
  document: true,
  documentByName: true,
  documentByLookup: true,
  documentsById: true,
  documents: true,
  audit: true,
  time: true,
};

/** They read as much as people ask for, and may take long. */
export const lists: ReadonlySet<ReadName> = new Set([
  'jobs',
  'runs',
  'occurrences',
  'activeCounts',
  'ahead',
  'retained',
  'remains',
  'documents',
  'audit',
]);
