import { attemptRules } from './attempts.ts';
import { auditRules } from './audit.ts';
import { batchRules } from './batches.ts';
import { type StoreSuite, suiteRules } from './bench.ts';
import { documentGuardRules } from './document-guards.ts';
import { documentListRules } from './document-lists.ts';
import { documentRules } from './documents.ts';
import { gpuRules } from './gpus.ts';
import { jobRules } from './jobs.ts';
import { leaseRules } from './leases.ts';
import { listRules } from './lists.ts';
import { occurrenceRules } from './occurrences.ts';
import { ownerRules } from './owners.ts';
import { queueRules } from './queue.ts';
import { retentionRules } from './retention.ts';
import { runRules } from './runs.ts';
import { scheduleRules } from './schedules.ts';
import { stopRules } from './stop-requests.ts';
import { wakeRules } from './wakes.ts';

export type { StoreSuite, TestTools } from './bench.ts';

/**
 * Proves every rule of the store port on a real store, each as a named test. Give it your test runner's own
 * `describe`, `it` and `expect`, and how to make an empty store:
 *
 *     describeStore({ describe, it, expect, create: async () => ({ store: myStore(), dispose: async () => {} }) });
 */
export const describeStore = (suite: StoreSuite): void => {
  const { describe } = suite;
  describe('batches', () => suiteRules(suite, batchRules));
  describe('jobs', () => suiteRules(suite, jobRules));
  describe('schedules', () => suiteRules(suite, scheduleRules));
  describe('occurrences', () => suiteRules(suite, occurrenceRules));
  describe('runs', () => suiteRules(suite, runRules));
  describe('queue', () => suiteRules(suite, queueRules));
  describe('wakes', () => suiteRules(suite, wakeRules));
  describe('stop requests', () => suiteRules(suite, stopRules));
  describe('attempts', () => suiteRules(suite, attemptRules));
  describe('GPUs', () => suiteRules(suite, gpuRules));
  describe('leases', () => suiteRules(suite, leaseRules));
  describe('retention', () => suiteRules(suite, retentionRules));
  describe('lists', () => suiteRules(suite, listRules));
  describe('documents', () => suiteRules(suite, documentRules));
  describe('guards of documents', () => suiteRules(suite, documentGuardRules));
  describe('what an owner has', () => suiteRules(suite, ownerRules));
  describe('lists of documents', () => suiteRules(suite, documentListRules));
  describe('audit', () => suiteRules(suite, auditRules));
};
