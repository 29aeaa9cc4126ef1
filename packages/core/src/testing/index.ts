// @runyard/core/testing: what we test ourselves with, for your executors, stores and jobs.

export { memoryLogStore } from '../adapters/memory-log-store/memory-log-store.ts';
export type { Deed } from './describe-executor/deeds.ts';
export { shellDeed } from './describe-executor/deeds.ts';
export type {
  ExecutorSuite,
  ExecutorTestTools,
  ExecutorUnderTest,
  Stranger,
} from './describe-executor/describe-executor.ts';
export { describeExecutor } from './describe-executor/describe-executor.ts';
export { executorInput } from './describe-executor/executor-input.ts';
export type { DeedLaunch } from './describe-executor/script-launch.ts';
export { scriptLaunch } from './describe-executor/script-launch.ts';
export type { SourceParts } from './describe-executor/sources.ts';
export type { LogStoreSuite } from './describe-log-store/describe-log-store.ts';
export { describeLogStore } from './describe-log-store/describe-log-store.ts';
export type { StoreSuite, TestTools } from './describe-store/describe-store.ts';
export { describeStore } from './describe-store/describe-store.ts';
export type { EventSource, WaitOptions } from './event-recorder/event-recorder.ts';
export { EventRecorder } from './event-recorder/event-recorder.ts';
export type { ManualClockOptions } from './manual-clock/manual-clock.ts';
export { ManualClock } from './manual-clock/manual-clock.ts';
export type { Behaviour, Script, ScriptedSpec } from './scripted-executor/behaviour.ts';
export { exits, hangs, ignoresTerm } from './scripted-executor/behaviour.ts';
export type { Fault } from './scripted-executor/faults.ts';
export { scriptedFaults } from './scripted-executor/faults.ts';
export type { Execution, ScriptedEngineOptions } from './scripted-executor/scripted-engine.ts';
export { ScriptedEngine } from './scripted-executor/scripted-engine.ts';
export type { ScriptedExecutorOptions } from './scripted-executor/scripted-executor.ts';
export { scriptedExecutor } from './scripted-executor/scripted-executor.ts';
export { seededEntropy } from './seeded-entropy/seeded-entropy.ts';
export type { TestRunyard, TestRunyardOptions } from './test-runyard/test-runyard.ts';
export { testRunyard } from './test-runyard/test-runyard.ts';
