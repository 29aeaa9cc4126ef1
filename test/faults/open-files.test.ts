import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatedJob } from './faulty-host.ts';
import type { Command, Report } from './starved-host.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'runyard-faults-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe.skipIf(process.platform === 'win32')('a host that may open no more files', () => {
  it('starts no job and loses none: whatever it has no file for, runs wait, and run once there are some', async () => {
    await using host = await fewFiles(join(dir, 'data'));
    // From none at all to as many as a launch takes, so that each of its steps is the one that meets the end.
    for (let leave = 0; leave <= 12; leave++) {
      await host.tell({ do: 'starve', leave }, 'starved');
      const job = { name: `job-${leave}`, command: `echo ran ${leave}` };
      const { runId } = await host.tell({ do: 'start', job }, 'started');
      if (leave === 0) await host.tell({ do: 'hear' }, 'heard');
      await host.tell({ do: 'relieve' }, 'relieved');
      const { run, log } = await host.tell({ do: 'finish', runId }, 'finished');
      expect([run.state, run.attempt, log]).toEqual(['succeeded', 1, `ran ${leave}\n`]);
    }
  });

  it('goes on with what runs: the log waits and an event says so, and its end and every line are there', async () => {
    await using host = await fewFiles(join(dir, 'data'));
    const lines = Array.from({ length: 500 }, (_, i) => `line ${i + 1}`);
    const gated = gatedJob(
      dir,
      'gated',
      `i=0; while [ $i -lt ${lines.length} ]; do i=$((i+1)); echo "line $i"; done; exit 3`,
    );
    const { runId } = await host.tell({ do: 'start', job: gated.input }, 'started');
    await host.tell({ do: 'begun', runId }, 'begun');
    await host.tell({ do: 'starve', leave: 0 }, 'starved');
    gated.open();
    const { sentence } = await host.tell({ do: 'hear' }, 'heard');
    expect(sentence).toMatch(/EMFILE/);
    expect((await host.tell({ do: 'look', runId }, 'seen')).run).toMatchObject({ state: 'running', reason: null });
    await host.tell({ do: 'relieve' }, 'relieved');
    const { run, log } = await host.tell({ do: 'finish', runId }, 'finished');
    expect([run.state, run.reason, run.attempt]).toEqual(['failed', 'exit-code', 1]);
    expect(log).toBe(`begun\n${lines.join('\n')}\n`);
  });
});

const script = fileURLToPath(new URL('./starved-host.ts', import.meta.url));

const fewFiles = async (dataDir: string) => {
  const quiet = '--disable-warning=ExperimentalWarning'; // Node 22 strips types with a warning of its own
  const child: ChildProcess = spawn(
    'sh',
    ['-c', 'ulimit -n 128; exec "$0" "$@"', process.execPath, quiet, script, dataDir],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  const gone = once(child, 'exit');
  const fell = gone.then(([code, signal]) => {
    throw new Error(`the host ended with ${signal ?? code}`);
  });
  fell.catch(() => {});
  const hear = async <K extends Report['is']>(is: K): Promise<Report & { is: K }> => {
    const [report] = (await Promise.race([once(child, 'message'), fell])) as [Report];
    expect(report.is).toBe(is);
    return report as Report & { is: K };
  };
  await hear('ready');
  return {
    tell: <K extends Report['is']>(command: Command, answer: K) => {
      child.send(command);
      return hear(answer);
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.send({ do: 'close' });
      await gone;
    },
  };
};
