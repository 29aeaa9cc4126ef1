/**
 * Faults to plant in a copy of the source, one at a time: what the simulation must not let pass. A text that is not found
 * any more fails the test, so that the list follows the code.
 */
export interface Mutation {
  name: string;
  /** Below packages/core/src. */
  file: string;
  find: string;
  put: string;
  also?: readonly Omit<Mutation, 'name' | 'also'>[];
}

export const mutations: readonly Mutation[] = [
  {
    name: 'the cursor is moved without compare-and-set, and a row may be written twice',
    file: 'adapters/memory-store/change-jobs.ts',
    find: 'if (!cursor || cursor.nextFireAt !== expect) return {};',
    put: 'if (!cursor) return {};',
    also: [
      {
        file: 'adapters/memory-store/change-occurrences.ts',
        find: 'if (rows.has(occurrence.from)) return {};',
        put: '',
      },
    ],
  },
  {
    name: 'an instant may have two rows',
    file: 'adapters/memory-store/change-occurrences.ts',
    find: 'if (rows.has(occurrence.from)) return {};',
    put: '',
  },
  {
    name: 'the cursor is advanced first, in a transaction of its own',
    file: 'engine/tick.ts',
    find: 'const committing = carried.length === 0',
    put: `for (const { decision, batch } of carried) if (decision.kind === 'fire') await store.commit([batch.splice(0, 1)]);
  const committing = carried.length === 0`,
  },
  {
    name: 'two runs are admitted under Forbid',
    file: 'domain/run/overlap.ts',
    find: "if (policy === 'Forbid') return { kind: 'forbidden', by: first.id };",
    put: "if (policy === 'Forbid') return { kind: 'start' };",
  },
  {
    name: 'what a decision about overlap was based on is not guarded',
    file: 'adapters/memory-store/change-runs.ts',
    find: 'const others = whileActive && otherActive(tables, run.jobId, whileActive);',
    put: 'const others = null as { id?: string } | null;',
  },
  {
    name: 'an infrastructure failure counts against the backoff limit',
    file: 'domain/run/verdict.ts',
    find: "outcome.sentence ?? 'What it ran on failed.', 'infrastructure')",
    put: "outcome.sentence ?? 'What it ran on failed.', 'backoff')",
  },
  {
    name: 'an attempt is prepared before its key is recorded',
    file: 'engine/tick.ts',
    find: 'const committing = carried.length === 0',
    put: `for (const one of carried) if (one.decision.kind === 'admit') act(context, one, now);
  const committing = carried.length === 0`,
  },
  {
    name: 'an attempt is started before its handle is written',
    file: 'engine/launch.ts',
    find: `    signal.throwIfAborted();
    await settleIn(`,
    put: `    await executorOf(context, held).start(handle, { launch: built, signal: held.detach.signal });
    signal.throwIfAborted();
    await settleIn(`,
  },
  {
    name: 'what is admitted by its start begins before that is written',
    file: 'services/start-job.ts',
    find: 'const [result] = await context.store.commit([batch])',
    put: `if (admitted) act(context, admitted, now);
    const [result] = await context.store.commit([batch])`,
  },
  {
    name: 'an engine that cannot be asked has lost the attempt',
    file: 'engine/supervise.ts',
    find: "if (isAttemptMissing(error)) return { class: 'lost' as const, sentence: error.message };",
    put: "return { class: 'lost' as const, sentence: String(error) };",
  },
  {
    name: 'a retry does not wait',
    file: 'domain/run/settle.ts',
    find: 'notBefore: now + delay',
    put: 'notBefore: now',
  },
  {
    name: 'there is one retry too many',
    file: 'domain/run/settle.ts',
    find: 'return run.failures <= backoff.limit;',
    put: 'return run.failures <= backoff.limit + 1;',
  },
  {
    name: 'a timeout ends the whole run',
    file: 'engine/settle-run.ts',
    find: "retry: run.state === 'queued'",
    put: 'retry: false',
  },
  {
    name: 'a stop request is no reason not to try again',
    file: 'domain/run/verdict.ts',
    find: "if (cause !== null && cause !== 'host-closed') return stopped(cause);",
    put: '',
    also: [{ file: 'adapters/memory-store/queue-reads.ts', find: ' && run.stop === null', put: '' }],
  },
  {
    name: 'a write is not fenced by the epoch of the lease',
    file: 'adapters/memory-store/change-runs.ts',
    find: 'row.run.leaseEpoch !== expectEpoch || ',
    put: '',
    also: [
      {
        file: 'adapters/memory-store/change-runs.ts',
        find: ' || row.run.state !== expectState',
        put: '',
      },
    ],
  },
  {
    name: 'an attempt is removed before its log is sealed',
    file: 'engine/finish.ts',
    find: '    await log.seal();\n',
    put: '',
  },
  {
    name: 'what is left of an attempt is not removed',
    file: 'engine/finish.ts',
    find: 'await executorOf(context, { attempt }).remove(handle, signal);',
    put: '',
    also: [{ file: 'engine/sweep.ts', find: "if (verdict === 'remove')", put: 'if (false)' }],
  },
  {
    name: 'nothing is ever swept',
    file: 'engine/sweep.ts',
    find: "if (verdict === 'remove')",
    put: 'if (false)',
  },
  {
    name: 'closing the host stops its jobs',
    file: 'engine/engine.ts',
    find: 'const mortal = new Map([...context.executors].filter(([, { durable }]) => !durable));',
    put: `const mortal = new Map(context.executors);
  for (const { attempt } of holdings.runs.values())
    if (attempt.handle)
      await context.executors
        .get(attempt.executor)
        ?.stop(attempt.handle, { graceMs: 0, signal: new AbortController().signal })
        .catch(() => {});`,
  },
  {
    name: 'instants that were not run leave no row',
    file: 'engine/carry-out.ts',
    find: 'due.covered.map((row) => ({ jobId: job.id, ...row, runId: null, recordedAt: now }));',
    put: '[];',
  },
  {
    name: 'cursors stay ahead when the clock is set back',
    file: 'engine/tick.ts',
    find: 'if (stepMs < 0) rewinding.wanted = true;',
    put: '',
    also: [{ file: 'engine/engine.ts', find: '() => rewind(context, signal, restMs)', put: '() => Promise.resolve()' }],
  },
  {
    name: 'a resume fires what was due under the pause',
    file: 'services/cursors.ts',
    find: 'const resumed = isOff(before) && !isOff(after);',
    put: 'const resumed = false;',
  },
  {
    name: 'a place gives more than it has',
    file: 'domain/run/resources.ts',
    find: 'asked.cpu + taken.cpu <= all.cpu + 1e-9',
    put: 'asked.cpu <= all.cpu + 1e-9',
  },
  {
    name: 'a GPU is given to two',
    file: 'domain/gpu/choose-gpus.ts',
    find: 'fitsBeside(lease, held) && ',
    put: '',
    also: [
      {
        file: 'adapters/memory-store/change-attempts.ts',
        find: 'if (!allFitBeside(attempt.gpus, heldAt(attempt.place, allHeld(tables)))) return {};',
        put: '',
      },
    ],
  },
  {
    name: 'the GPUs of what was given up without a proof are free at once',
    file: 'domain/run/run.ts',
    find: "(isLive(state) || (state === 'ended' && isUnproved(outcome)))",
    put: 'isLive(state)',
  },
  {
    name: 'an idempotency key is not looked up',
    file: 'services/start-job.ts',
    find: 'if (earlier && context.clock.now() - earlier.createdAt < defaults.idempotencyMs) return earlier;',
    put: '',
  },
  {
    name: 'a lease is judged by a clock that was just set',
    file: 'engine/recover.ts',
    find: 'if (wallClock.steadyForMs() < settings.leaseMs)',
    put: 'if (wallClock.steadyForMs() < 0)',
  },
  {
    name: 'nothing that is due ever runs',
    file: 'domain/schedule/missed.ts',
    find: "if (late > rule.windowMs && late > lateMs) return 'missed-window';",
    put: "if (late >= 0) return 'missed-window';",
  },
  {
    name: 'the rule all is taken for latest',
    file: 'domain/schedule/missed.ts',
    find: "rule.rule === 'latest' || policy === 'Replace'",
    put: "rule.rule !== 'skip' || policy === 'Replace'",
  },
  {
    name: 'no start deadline is ever kept',
    file: 'engine/deadlines.ts',
    find: "return await stopFor(context, held, 'start-deadline', signal);",
    put: 'return;',
    also: [{ file: 'adapters/memory-store/queue-reads.ts', find: 'run.startBy <= now', put: 'false' }],
  },
  {
    name: 'a removed job stops nothing',
    file: 'services/write-job.ts',
    find: "...stopRequests(stops, 'job-removed', by, now), ",
    put: '',
  },
  {
    name: 'what a lost answer has given to us is forgotten',
    file: 'engine/tick.ts',
    find: '  await attendForgotten(context);\n',
    put: '',
  },
  {
    name: 'one run fewer is kept than was asked for',
    file: 'domain/retention.ts',
    find: 'seq < remains.keptFrom',
    put: 'seq <= remains.keptFrom',
  },
  {
    name: 'a run is forgotten while its key is remembered',
    file: 'domain/retention.ts',
    find: ' && !isRemembered(run, now)',
    put: '',
  },
  {
    name: 'a run is forgotten before it is disposed of',
    file: 'domain/retention.ts',
    find: ' && isDone(run)',
    put: '',
    also: [
      {
        file: 'adapters/memory-store/change-runs.ts',
        find: "some(({ state }) => state !== 'disposed')",
        put: 'some(() => false)',
      },
    ],
  },
  {
    name: 'a run is forgotten, and its log is not',
    file: 'engine/prune-job.ts',
    find: 'await context.logStore.remove(attemptKey(run.id, attempt));',
    put: 'attemptKey(run.id, attempt);',
  },
  {
    name: 'nothing is ever forgotten',
    file: 'engine/prune-job.ts',
    find: 'if (batches.length > 0) {',
    put: 'if (batches.length < 0) {',
  },
];
