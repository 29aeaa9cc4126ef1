import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { describeExecutor, type ExecutorUnderTest } from '../src/testing/describe-executor/describe-executor.ts';
import { type Fault, scriptedFaults } from '../src/testing/scripted-executor/faults.ts';
import { type ProcessUnderTest, processUnderTest } from './support/process-under-test.ts';
import { beyondScripts, scriptedBench } from './support/scripted-bench.ts';

describe('the scripted executor keeps the rules of the port', () => {
  describeExecutor({ describe, it, expect, create: () => scriptedBench(), skip: beyondScripts });
});

const unanswered =
  'while the engine cannot be asked, no verb has an answer: nothing is missing, lost, stopped or removed';
const stranger = 'what took the place of an attempt is a stranger: no verb touches it, and the attempt is lost';

// Each fault, and the rules that must notice it; others may too.
const noticedBy: Record<Fault, readonly string[]> = {
  'start-not-idempotent': [
    'starting again, while it runs and after it ended, does nothing',
    'starting many times at once runs it once',
    'two processes that start it at once run it once',
  ],
  'start-creates': [
    'starting never creates: what was removed is missing',
    'what ended and was removed never runs again',
    'prepared many times at once, it can be started, and runs once',
  ],
  'prepare-runs': ['what is prepared is inert'],
  'prepare-not-adopting': [
    'preparing a running attempt again gives its handle and touches nothing',
    'preparing an ended attempt again gives its handle and touches nothing',
  ],
  'prepare-takes-strangers': ['something of the same name that is not ours is a conflict and is not touched'],
  'missing-when-unavailable': [unanswered, 'an outage while it is waited for is not its outcome'],
  'done-when-unavailable': [unanswered],
  'list-empty-when-unavailable': [unanswered],
  'wait-abort-stops': ['aborting ends the waiting with the reason, and never the job'],
  'wait-forgets': ['waiting before and after the end, many times, gives the same outcome'],
  'wait-silent': ['waiting reports that it runs', 'waiting reports that it ran, also when it has ended already'],
  'stop-without-kill': ['what goes on after TERM is killed after the grace'],
  'stop-kills-strangers': [stranger],
  'stop-abort-kills': ['aborting a stop ends only the call'],
  'stop-fails-when-gone': ['stopping and removing succeed when it has ended, and when it is gone'],
  'remove-forgets': ['removing what still runs ends it first', 'what was removed is not listed'],
  'remove-fails-when-gone': ['stopping and removing succeed when it has ended, and when it is gone'],
  'list-shows-strangers': ['attempts of another installation are not listed'],
  'list-without-gpus': ['the list tells the GPUs that an attempt was made with'],
  'logs-ignore-cursor': ['reading goes on behind a cursor'],
  'handle-not-plain': ['a handle is plain JSON with a version and the place'],
};

describe('the suite notices', () => {
  it.each(scriptedFaults)('%s', async (fault) => {
    const { failed } = await verdict(() => scriptedBench([fault]));
    expect(failed).toEqual(expect.arrayContaining([...noticedBy[fault]]));
  });

  it('nothing where there is no fault', async () => {
    expect((await verdict(() => scriptedBench())).failed).toEqual([]);
  });

  it('what is needed and not there, before anything is waited for', async () => {
    const rules = ['starting runs it', 'what is told to end gets its grace', 'what was removed is not listed'];
    const { reasons } = await verdict(() => without('logs', 'list'), { only: rules });
    expect(reasons.map((reason) => /needs `\w+`; else name it in `skip`/.exec(reason)?.[0]).sort()).toEqual(
      ['list', 'logs', 'logs'].map((verb) => `needs \`${verb}\`; else name it in \`skip\``),
    );
  });

  it('and says the rule, not only that false is not true', async () => {
    const only = ['aborting ends the waiting with the reason, and never the job'];
    const { reasons } = await verdict(() => abortedWith(new Error('AbortError')), { only });
    expect(reasons).toEqual([
      expect.stringMatching(/`wait` that is aborted rejects with `signal\.reason`.*AbortError/),
    ]);
  });

  it('a name to skip that is no rule', () => {
    const suite = { describe, it, expect, create: () => scriptedBench(), skip: ['what is prepared is inerd'] };
    expect(() => describeExecutor(suite)).toThrow(/'what is prepared is inerd' in `skip` is no rule[\s\S]*inert/);
  });

  it.skipIf(process.platform !== 'linux').each(['stop', 'remove'] as const)(
    'a process executor whose %s signals a recorded pid without asking whose it is now',
    async (verb) => {
      const realProcesses = { only: [stranger], limitMs: 20_000 };
      const create = async () => trusting(verb, await processUnderTest());
      expect((await verdict(create, realProcesses)).reasons).toEqual([expect.stringContaining(`'${verb}', false`)]);
      expect((await verdict(processUnderTest, realProcesses)).reasons).toEqual([]);
    },
  );
});

interface VerdictOptions {
  only?: readonly string[];
  limitMs?: number;
}

/** Runs the rules, all at once and shown to no one; tells which were broken, and how. */
async function verdict(create: () => Promise<ExecutorUnderTest>, { only, limitMs = 2_000 }: VerdictOptions = {}) {
  const proofs = new Map<string, () => Promise<void>>();
  const collect = (name: string, prove: () => Promise<void>): void => {
    if (only?.includes(name) ?? true) proofs.set(name, prove);
  };
  const tools = { describe: (_: string, body: () => void) => body(), it: Object.assign(collect, { skip: () => {} }) };
  describeExecutor({ ...tools, expect, create, skip: beyondScripts, limitMs });
  const failed: string[] = [];
  const reasons: string[] = [];
  const fails = (name: string) => (reason: unknown) => {
    failed.push(name);
    reasons.push(String(reason));
  };
  await Promise.all([...proofs].map(([name, prove]) => prove().catch(fails(name))));
  return { failed, reasons };
}

async function without(...verbs: ('logs' | 'list')[]): Promise<ExecutorUnderTest> {
  const under = await scriptedBench();
  const nothing = Object.fromEntries(verbs.map((verb) => [verb, undefined]));
  return { ...under, executor: { ...under.executor, ...nothing } };
}

/** Its `wait` is aborted with an error of its own. */
async function abortedWith(error: Error): Promise<ExecutorUnderTest> {
  const under = await scriptedBench();
  const wait: typeof under.executor.wait = (handle, options) =>
    under.executor.wait(handle, options).catch((reason: unknown) => {
      throw options.signal.aborted ? error : reason;
    });
  return { ...under, executor: { ...under.executor, wait } };
}

/** With the mistake that most supervisors of processes have made: a pid is taken for the process that once had it. */
function trusting(verb: 'stop' | 'remove', under: ProcessUnderTest): ExecutorUnderTest {
  const { executor, claim } = under;
  const signalRecorded = async (handle: Parameters<typeof claim>[0]): Promise<void> => {
    const pid = (await readFile(claim(handle), 'utf8').catch(() => '')).split('\n')[3];
    if (pid !== undefined) process.kill(Number(pid), 'SIGTERM');
  };
  const faulty = {
    stop: async (...[handle, options]: Parameters<typeof executor.stop>) => {
      await signalRecorded(handle);
      await executor.stop(handle, options);
    },
    remove: async (...[handle, signal]: Parameters<typeof executor.remove>) => {
      await signalRecorded(handle);
      await executor.remove(handle, signal);
    },
  };
  return { ...under, executor: { ...executor, [verb]: faulty[verb] } };
}
