// @runyard/core/sql: what stores over SQL share: columns, rows, statements, paging, the rules that a change is judged by,
// and those of logs. For Runyard's own store packages, of the same version; it may change with any release.

export type { GpuLease, HeldGpu } from '../../../domain/gpu/gpu-lease.ts';
export { allFitBeside, heldAt } from '../../../domain/gpu/gpu-lease.ts';
export { fits } from '../../../domain/run/resources.ts';
export type { Resources } from '../../../domain/run/run.ts';
export { holdsGpus, isLive, isTerminal } from '../../../domain/run/run.ts';
export { askedAgain, endsOnlyItsAttempt } from '../../../domain/run/stop.ts';
export type { Migration, StoreVersion, VersionVerdict } from '../../../domain/store-version.ts';
export {
  judgeVersion,
  parseVersion,
  refuseDue,
  refuseNewer,
  refuseWhileOlderLives,
} from '../../../domain/store-version.ts';
export { follow } from '../../../ports/follow.ts';
export type { Taken } from '../../../ports/store.ts';
export type { StoreInspection } from '../../../ports/store-inspection.ts';
export { Bell } from '../bell.ts';
export type { Dropped } from '../log-rules.ts';
export { cutText, drop, invalidCursor, logClosed, nothingDropped, parseLogKey } from '../log-rules.ts';
export type { PageRange } from '../paging.ts';
export { pageRange, toPage } from '../paging.ts';
export * as documentRows from './document-rows.ts';
export { toEnded } from './ended.ts';
export type { Conditions, ListText } from './list-text.ts';
export { conditions, listText } from './list-text.ts';
export type { OwnedList, OwnedWords } from './owned-list.ts';
export { auditListText, documentListText } from './owned-list.ts';
export type { StorePromise } from './promises.ts';
export { documentPromises, newestRunAt, storePromises } from './promises.ts';
export * as rows from './rows.ts';
export { isActive } from './statements/active.ts';
export { attemptStatements } from './statements/attempts.ts';
export { auditStatements } from './statements/audit.ts';
export { documentStatements } from './statements/documents.ts';
export { instanceStatements } from './statements/instances.ts';
export { jobStatements } from './statements/jobs.ts';
export { metaStatements } from './statements/meta.ts';
export { occurrenceStatements } from './statements/occurrences.ts';
export { queueStatements } from './statements/queue.ts';
export { retentionStatements } from './statements/retention.ts';
export { runStatements } from './statements/runs.ts';
export { scheduleStatements } from './statements/schedules.ts';
export type { Row, SqlValue } from './values.ts';
