import { describe, expect, it } from 'vitest';
import { defaults } from '../src/domain/job/defaults.ts';
import type { Backoff } from '../src/domain/job/job.ts';
import { retryDelay } from '../src/domain/run/backoff.ts';
import type { Outcome } from '../src/domain/run/outcome.ts';
import type { Run, StopCause } from '../src/domain/run/run.ts';
import { settle } from '../src/domain/run/settle.ts';
import { aRun } from './support/records.ts';

const backoff = (given: Partial<Backoff> = {}): Backoff => ({ ...defaults.backoff, notOnExitCodes: [], ...given });
const ended = (run: Run, outcome: Outcome, given: Partial<Backoff> = {}): Run =>
  settle(run, outcome, { backoff: backoff(given), now: 1000, random: 0 });
const running = (stop?: StopCause): Run =>
  aRun({ state: 'running', attempt: 1, stop: stop ? { cause: stop, by: 'x', at: 1 } : null });

describe('an ended attempt', () => {
  it.each([
    [{ class: 'exited', code: 0 }, 'succeeded', 'completed'],
    [{ class: 'exited', code: 7 }, 'failed', 'exit-code'],
    [{ class: 'signalled', signal: 'SIGSEGV' }, 'failed', 'signal'],
    [{ class: 'oom' }, 'failed', 'oom'],
    [{ class: 'timed-out' }, 'failed', 'timeout'],
    [{ class: 'start-failed', reason: 'ref-not-found' }, 'failed', 'ref-not-found'],
  ] as const)('of %j ends the run %s / %s', (outcome, state, reason) => {
    expect(ended(running(), outcome)).toMatchObject({ state, reason, endedAt: 1000, leaseInstance: null });
  });

  it('names the phase that failed', () => {
    expect(ended(running(), { class: 'exited', code: 3, phase: 'start-script' }).sentence).toMatch(
      /start-script.*exit code 3/,
    );
  });

  it.each([
    ['timeout', 'failed', 'timeout'],
    ['cancelled-by-user', 'cancelled', 'cancelled-by-user'],
    ['replaced', 'cancelled', 'replaced'],
    ['start-deadline', 'failed', 'start-deadline'],
  ] as const)('keeps the first cause: what %s led to is %s / %s, however it ended', (cause, state, reason) => {
    expect(ended(running(cause), { class: 'exited', code: 0 })).toMatchObject({ state, reason });
    expect(ended(running(cause), { class: 'signalled', signal: 'SIGKILL' })).toMatchObject({ state, reason });
  });
});

describe('the backoff limit', () => {
  const fail: Outcome = { class: 'exited', code: 1 };

  it('is the number of retries: 0 is one attempt', () => {
    expect(ended(running(), fail, { limit: 0 }).state).toBe('failed');
  });

  it('queues the run again until it is used up', () => {
    const first = ended(running(), fail, { limit: 1 });
    expect(first).toMatchObject({ state: 'queued', failures: 1, notBefore: 11_000, reason: null });
    expect(ended({ ...first, state: 'running', attempt: 2 }, fail, { limit: 1 })).toMatchObject({
      state: 'failed',
      failures: 2,
    });
  });

  it('is not touched by infrastructure failures, which have a budget of their own', () => {
    let run = running();
    for (let n = 1; n <= 5; n++) {
      run = { ...ended(run, { class: 'lost' }, { limit: 0 }), state: 'running' };
      expect(run).toMatchObject({ failures: 0, infrastructureFailures: n });
    }
    expect(ended(run, { class: 'lost' }, { limit: 0 })).toMatchObject({ state: 'failed', reason: 'lost' });
  });

  it('does not retry the exit codes that are listed', () => {
    expect(ended(running(), { class: 'exited', code: 64 }, { limit: 5, notOnExitCodes: [64] }).state).toBe('failed');
  });

  it('retries a timeout, whoever ended it, and never a cancel', () => {
    expect(ended(running('timeout'), fail, { limit: 1 }).state).toBe('queued');
    expect(ended(running(), { class: 'timed-out' }, { limit: 1 })).toMatchObject({ state: 'queued', failures: 1 });
    expect(ended(running('cancelled-by-user'), fail, { limit: 1 }).state).toBe('cancelled');
  });

  it('waits 10 s, doubling, at most 6 minutes', () => {
    expect([1, 2, 3, 6, 7, 50].map((n) => retryDelay(backoff(), n, 0))).toEqual([
      10_000, 20_000, 40_000, 320_000, 360_000, 360_000,
    ]);
  });

  it('takes the random share off the delay', () => {
    expect(retryDelay(backoff({ jitter: 0.5 }), 1, 1)).toBe(5000);
  });
});
