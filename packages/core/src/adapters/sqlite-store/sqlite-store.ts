import { dirname, join, resolve } from 'node:path';
import { RunyardError } from '../../domain/errors.ts';
import type { Host } from '../../ports/host.ts';
import type { Store } from '../../ports/store.ts';
import { workerUrl } from '../shared/worker-url.ts';
import { newKnownReads } from './known-reads.ts';
import { type ReadName, type ReadOf, reads } from './reads/all-reads.ts';
import { openThreads, type Threads } from './threads.ts';

export interface SqliteStoreOptions {
  /** The database file. Default: `runyard.db` in the data directory. */
  file?: string;
  /**
   * `auto` brings an older store to the version of this code when it is opened; `check` refuses it with `store-older`,
   * for hosts whose stores are migrated by hand, with `runyard migrate`. Default: `auto`.
   */
  migrate?: 'auto' | 'check';
  /**
   * The module that its threads run.
   * @internal For tests that make the disk slow: see `serve`.
   */
  worker?: URL;
}

/**
 * Everything in one SQLite file, for one host process. The database lives on worker threads: a slow disk never stalls
 * the host's event loop, and a long list never delays a claim.
 */
export const sqliteStore =
  (options: SqliteStoreOptions = {}) =>
  (host: Host): Store => {
    const file = resolve(options.file ?? join(host.dataDir, 'runyard.db'));
    const url = options.worker ?? workerUrl(import.meta.url, './worker.ts', 'sqlite-worker');
    let threads: Threads | null = null;

    const opened = (): Threads => {
      if (threads) return threads;
      throw new RunyardError(
        'store-unavailable',
        `The store at ${file} is not open: call \`open()\` once, before anything else.`,
      );
    };

    const readOn =
      <Name extends ReadName>(thread: 'reader' | 'lister', name: Name) =>
      async (...args: ReadOf<Name>['args']): Promise<ReadOf<Name>['result']> => {
        const { reader, lister } = opened();
        const wire = await (thread === 'reader' ? reader : await lister()).ask({ kind: 'read', name, args });
        return (reads[name].result as (wire: unknown) => ReadOf<Name>['result'])(wire);
      };
    const read = <Name extends ReadName>(name: Name) => readOn('reader', name);
    const list = <Name extends ReadName>(name: Name) => readOn('lister', name);
    // Of single records, which are asked for again and again. Each gets records of his own.
    const known = newKnownReads();
    const readOnce =
      <Name extends ReadName>(name: Name) =>
      async (...args: ReadOf<Name>['args']): Promise<ReadOf<Name>['result']> => {
        const { reader } = opened();
        const wire = await known.read(JSON.stringify([name, args]), () => reader.ask({ kind: 'read', name, args }));
        return (reads[name].result as (wire: unknown) => ReadOf<Name>['result'])(wire);
      };

    return {
      kind: 'sqlite',

      async open() {
        threads = await openThreads(url, {
          file,
          newInstallation: host.entropy.id(),
          lockFile: lockFor(file, host),
          migrateWith: mayMigrate(options) ? null : commandOptions(options, host),
        });
        return { installation: threads.installation, exclusive: true };
      },

      async commit(batches) {
        return known.write(() => opened().writer.ask({ kind: 'commit', call: batches }));
      },

      job: readOnce('job'),
      jobByName: read('jobByName'),
      jobAt: readOnce('jobAt'),
      jobs: list('jobs'),
      cursor: readOnce('cursor'),
      run: readOnce('run'),
      runs: list('runs'),
      attempts: readOnce('attempts'),
      occurrences: list('occurrences'),
      activity: readOnce('activity'),
      activeCounts: list('activeCounts'),

      due: read('due'),
      ahead: list('ahead'),
      nextWakeAt: read('nextWakeAt'),
      startable: read('startable'),
      taken: read('taken'),
      overdue: read('overdue'),
      active: read('active'),
      stopRequests: read('stopRequests'),
      adoptable: read('adoptable'),
      leasedTo: read('leasedTo'),
      unfinished: read('unfinished'),
      attemptStates: read('attemptStates'),
      retained: list('retained'),
      remains: list('remains'),

      document: readOnce('document'),
      documentByName: readOnce('documentByName'),
      documentByLookup: readOnce('documentByLookup'),
      documentsById: readOnce('documentsById'),
      // Those of one name are few, and asked for with each request: the groups of who asks.
      documents: (query) => (query.name === undefined ? list : readOnce)('documents')(query),
      audit: list('audit'),

      async close() {
        const closing = threads;
        threads = null;
        // Another process may have it from then on.
        await known.write(async () => closing?.close());
      },
    };
  };

const mayMigrate = ({ migrate = 'auto' }: SqliteStoreOptions): boolean => {
  if (migrate === 'auto' || migrate === 'check') return migrate === 'auto';
  throw new RunyardError('invalid-option', `\`sqliteStore({ migrate })\` is 'auto' or 'check', not '${migrate}'.`, {
    field: 'migrate',
    expected: "'auto' or 'check'",
    received: String(migrate),
  });
};

const commandOptions = ({ file }: SqliteStoreOptions, host: Host): string =>
  `--data-dir ${host.dataDir}${file === undefined ? '' : ` --file ${resolve(file)}`}`;

// The data directory's lock keeps a second instance from a file inside it. A file elsewhere needs one of its own.
const lockFor = (file: string, host: Host): string | null =>
  dirname(file) === resolve(host.dataDir) ? null : `${file}.lock`;
