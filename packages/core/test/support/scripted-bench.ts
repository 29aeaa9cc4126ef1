import { systemClock } from '../../src/adapters/system-clock/system-clock.ts';
import type { Deed } from '../../src/testing/describe-executor/deeds.ts';
import type { ExecutorUnderTest } from '../../src/testing/describe-executor/describe-executor.ts';
import { scriptLaunch } from '../../src/testing/describe-executor/script-launch.ts';
import type { Behaviour, Script } from '../../src/testing/scripted-executor/behaviour.ts';
import type { Fault } from '../../src/testing/scripted-executor/faults.ts';
import { ScriptedEngine } from '../../src/testing/scripted-executor/scripted-engine.ts';
import { scriptedExecutor } from '../../src/testing/scripted-executor/scripted-executor.ts';

/** A scripted executor for `describeExecutor`, in real time, since the suite's own waits are. */
export const scriptedBench = async (faults: readonly Fault[] = []): Promise<ExecutorUnderTest> => {
  const engine = new ScriptedEngine({ clock: systemClock(), script });
  const stranger = (key: string) => ({ untouched: async () => engine.isStranger(key) });
  return {
    executor: scriptedExecutor(engine, { faults }),
    another: async () => scriptedExecutor(engine, { faults }),
    launch: ({ deed, ...job }) => ({
      ...scriptLaunch({ deed, ...job }),
      spec: { command: ['deed', JSON.stringify(deed)], image: null },
    }),
    gpus: ['GPU-0', 'GPU-1'],
    alive: async (key) => engine.executions(key).filter(({ to }) => to === null).length,
    async occupy({ key }) {
      engine.occupy(key);
      return stranger(key);
    },
    async unreachable() {
      engine.goAway();
      return { back: async () => engine.comeBack() };
    },
    async recycle(handle) {
      const key = String(handle.key);
      engine.forget(key);
      engine.occupy(key);
      return stranger(key);
    },
    async dispose() {},
  };
};

/** Rules that no script can keep, since it has neither processes, nor a shell, nor files. */
export const beyondScripts = [
  'stopping ends the whole tree, also what went into a session of its own',
  'sources are checked out where they say before anything runs',
  'a source that fails ends the preparation as it says, and leaves nothing',
  'a late preparer does not disturb the newer preparation, and starts nothing',
  'a failing start script is named as the phase',
  'a working directory that is not there could never run as asked',
  'what the start script exports, the command sees',
  'secrets arrive as variables and as files, and are not in the handle',
];

const script: Script = ({ spec, env }) => behaviourOf(JSON.parse(spec.command[1] ?? '') as Deed, env);

const waiting: Behaviour = { runMs: Number.POSITIVE_INFINITY, output: ['waiting'] };

const behaviourOf = (deed: Deed, env: Readonly<Record<string, string>>): Behaviour => {
  switch (deed.does) {
    case 'print':
      return { output: [printed(deed.text)], outcome: { class: 'exited', code: deed.code ?? 0 } };
    case 'wait':
    case 'spawn':
      return waiting;
    case 'leave':
      return { ...waiting, termOutput: 'leaving', termOutcome: { class: 'exited', code: 5 } };
    case 'persist':
      return { ...waiting, termMs: Number.POSITIVE_INFINITY };
    case 'abandon':
      return { output: ['waiting'] };
    case 'die':
      return { outcome: { class: 'signalled', signal: `SIG${deed.signal}` } };
    case 'environment':
      return { output: Object.entries(env).map(([name, value]) => `${name}=${value}`) };
    case 'read':
      return {};
  }
};

const printed = (text: string) => ({ atMs: 0, text, raw: true });
