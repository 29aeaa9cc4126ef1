import { type Host, isRunyardError, RunyardError, type Store, type StoreNews } from '@runyard/core';
import { groupCommit } from './commit/group-commit.ts';
import type { Database } from './database/database.ts';
import { openDatabase } from './database/open-database.ts';
import type { DatabaseOptions } from './database/options.ts';
import { logStoreOn } from './log-store/log-store-on.ts';
import { migrate } from './migrations/migrate.ts';
import { checkMode } from './migrations/mode.ts';
import { newsChannel, parseNews } from './news.ts';
import * as ofAttempts from './reads/attempts.ts';
import * as ofDocuments from './reads/documents.ts';
import * as ofJobs from './reads/jobs.ts';
import * as ofRetention from './reads/retention.ts';
import { runList } from './reads/run-list.ts';
import * as ofRuns from './reads/runs.ts';

export interface PostgresStoreOptions extends DatabaseOptions {}

/**
 * Everything in one schema of a PostgreSQL database, for any number of host processes. Brings its log store with it.
 *
 * Throws `invalid-option`; `open()` rejects with `store-newer`, `store-older`, `store-in-use`, `store-unavailable`.
 */
export const postgresStore =
  (options: PostgresStoreOptions = {}) =>
  (host: Host): Store => {
    const mode = checkMode(options.migrate);
    const db = openDatabase(options);
    // By this name the others know what is news from us.
    const sender = host.entropy.id().slice(0, 12);
    const commits = groupCommit(db, sender);
    let state: 'new' | 'open' | 'closed' = 'new';
    // The store was migrated beyond our code while we ran: nothing of it is touched any more.
    let outlived: RunyardError | null = null;
    let hearing = (_: StoreNews): void => undefined;
    let deafen = (): void => undefined;

    const opened = (): Database => {
      if (outlived) throw outlived;
      if (state === 'open') return db;
      throw new RunyardError(
        'store-unavailable',
        'The PostgreSQL store is not open: call `open()` once, before anything else.',
      );
    };

    const reading =
      <Args extends unknown[], T>(read: (sql: Database, ...args: Args) => Promise<T>) =>
      async (...args: Args): Promise<T> =>
        read(opened(), ...args);

    return {
      kind: 'postgres',

      async open() {
        const { installation } = await migrate(db, { newInstallation: host.entropy.id(), mode });
        state = 'open';
        deafen = db.listen(newsChannel, (payload) => {
          const news = parseNews(payload, sender);
          if (news) hearing(news);
        });
        return { installation, exclusive: false };
      },

      async commit(batches) {
        opened();
        try {
          return await commits.commit(batches);
        } catch (error) {
          if (isRunyardError(error) && error.code === 'store-newer') outlived = error;
          throw error;
        }
      },

      job: reading(ofJobs.job),
      jobByName: reading(ofJobs.jobByName),
      jobAt: reading(ofJobs.jobAt),
      jobs: reading(ofJobs.jobList),
      cursor: reading(ofJobs.cursor),
      run: reading(ofRuns.run),
      runs: reading(runList),
      attempts: reading(ofAttempts.attempts),
      occurrences: reading(ofRuns.occurrences),
      activity: reading(ofRuns.activity),
      activeCounts: reading(ofRuns.activeCounts),

      due: reading(ofJobs.due),
      ahead: reading(ofJobs.ahead),
      nextWakeAt: reading(ofRuns.nextWakeAt),
      startable: reading(ofRuns.startable),
      taken: reading(ofAttempts.taken),
      overdue: reading(ofRuns.overdue),
      active: reading(ofRuns.active),
      stopRequests: reading(ofRuns.stopRequests),
      adoptable: reading(ofAttempts.adoptable),
      leasedTo: reading(ofAttempts.leasedTo),
      unfinished: reading(ofAttempts.unfinished),
      attemptStates: reading(ofAttempts.attemptStates),
      retained: reading(ofRetention.retained),
      remains: reading(ofRetention.remains),

      document: reading(ofDocuments.document),
      documentByName: reading(ofDocuments.documentByName),
      documentByLookup: reading(ofDocuments.documentByLookup),
      documentsById: reading(ofDocuments.documentsById),
      documents: reading(ofDocuments.documentList),
      audit: reading(ofDocuments.auditList),

      async time() {
        const [now] = (await opened().row('SELECT now_ms()')) ?? [];
        return now as number;
      },

      watch(heard) {
        hearing = heard;
      },

      logs: () =>
        logStoreOn({
          database: db,
          clock: host.clock,
          holder: host.entropy.id(),
          ready: async () => void opened(),
          besideRuns: true,
        }),

      hurry: () => db.hurry(),

      async close() {
        if (state === 'closed') return;
        state = 'closed';
        deafen();
        db.hurry();
        await commits.idle();
        await db.close();
      },
    };
  };
