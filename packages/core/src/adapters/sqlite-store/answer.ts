import { toFailure } from './failures.ts';
import { commitTogether } from './group-commit.ts';
import type { Reply, Request, WorkerSetup } from './messages.ts';
import { type OpenStore, openStore } from './open-store.ts';
import { type Read, reads } from './reads/all-reads.ts';

/** Where a test may stand in between: `afterCommit` is called behind each transaction, before anyone hears of it. */
export interface ServeHooks {
  afterCommit?(): void;
}

/**
 * Answers the requests that came together: reads first, since they wait for nothing, then all commits as one, and a close
 * at the very end, since what was asked before it is answered.
 */
export const answering = (setup: WorkerSetup, hooks: ServeHooks): ((requests: readonly Request[]) => Reply[]) => {
  let store: OpenStore | undefined;

  const opened = (): OpenStore => {
    if (!store) throw notOpen();
    return store;
  };

  const single = (request: Exclude<Request, { kind: 'commit' }>): unknown => {
    switch (request.kind) {
      case 'open':
        store = openStore(setup);
        return store.installation;
      case 'read':
        return (reads[request.name] as Read<unknown[], unknown, unknown>).query(opened().sql, ...request.args);
      case 'close':
        store?.close();
        store = undefined;
        return null;
    }
  };

  const oneByOne = (request: Exclude<Request, { kind: 'commit' }>): Reply => {
    try {
      return { id: request.id, value: single(request) };
    } catch (error) {
      return { id: request.id, failure: toFailure(error, setup.file) };
    }
  };

  const commits = (requests: readonly Extract<Request, { kind: 'commit' }>[]): Reply[] => {
    if (requests.length === 0) return [];
    const calls = requests.map(({ call }) => call);
    const outcomes = store ? commitTogether(store.db, store.sql, calls) : calls.map(() => ({ error: notOpen() }));
    hooks.afterCommit?.();
    return outcomes.map((outcome, index) => {
      const id = requests[index]!.id;
      return 'error' in outcome
        ? { id, failure: toFailure(outcome.error, setup.file) }
        : { id, value: outcome.results };
    });
  };

  return (requests) => [
    ...requests.filter((request) => request.kind !== 'commit' && request.kind !== 'close').map(oneByOne),
    ...commits(requests.filter((request) => request.kind === 'commit')),
    ...requests.filter((request) => request.kind === 'close').map(oneByOne),
  ];
};

const notOpen = (): Error => new Error('The store is not open.');
