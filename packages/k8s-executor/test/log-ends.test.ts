import { ExecutorUnavailable } from '@runyard/core';
import { describe, expect, it } from 'vitest';
import { aJob, aPod, aView, complete, ended, note, runs } from './support/objects.ts';
import { refusal, scriptedLog } from './support/scripted-log.ts';

const line = (text: string): string => `2026-11-21T20:00:11.000000000Z ${text}\n`;
const done = { job: ended(0, { message: note(0) }), phase: 'Succeeded' } as const;
const job = aJob({ conditions: complete });
const whenDone = () => aView({ job, pods: [aPod(done)] });
const failedSource = { ...done, source: ended(1) };

const away = () => {
  throw new ExecutorUnavailable('The kubelet is away.');
};
const forbidden = () => {
  throw refusal(403, 'User "u" cannot get resource "pods/log" in API group "" in the namespace "jobs"');
};

const minute = 60_000;

describe('the log of an attempt that has ended, and cannot be read', () => {
  const givenUpAfter = async (log: ReturnType<typeof scriptedLog>, follow: boolean): Promise<string> => {
    for (let minutes = 0; minutes < 30; minutes++) {
      const text = await log.read({ follow }).catch(() => '');
      if (/given up/.test(text)) return text;
      log.pass(minute);
    }
    return 'never';
  };

  it.each([true, false])('is given up after ten minutes, and that is told once (followed: %s)', async (follow) => {
    const log = scriptedLog(whenDone(), away);
    await expect(log.read({ follow })).rejects.toThrow('away');
    log.pass(8 * minute);
    await expect(log.read({ follow })).rejects.toThrow('away');
    expect(await givenUpAfter(log, follow)).toBe(
      'runyard: the rest of the log was given up after 10 minutes: The kubelet is away.\n',
    );
    expect(await log.read({ follow })).toBe('');
  });

  it('is given up beside another that can be read', async () => {
    const view = aView({ job, pods: [aPod(failedSource)] });
    const log = scriptedLog(view, ({ container }) => (container === 'job' ? away() : [line('cloning')]));
    expect(await givenUpAfter(log, true)).toContain('given up');
  });

  it('is given up without the right to read it, and the line names the right', async () => {
    expect(await givenUpAfter(scriptedLog(whenDone(), forbidden), true)).toMatch(
      /given up after 10 minutes: .*'get' on 'pods\/log'/,
    );
  });

  it.each([
    ['its node is gone', 404, 'nodes "node-a" not found'],
    ['its node knows nothing of it', 400, 'container "job" in pod "train-1-abcde" is terminated'],
  ])('is given up where %s', async (_, status, words) => {
    const log = scriptedLog(whenDone(), () => {
      throw refusal(status, words);
    });
    expect(await givenUpAfter(log, false)).toContain('given up after 10 minutes: its node');
  });

  it('is waited for as long as its container runs', async () => {
    const log = scriptedLog(aView({ pods: [aPod({ job: runs })] }), away);
    for (let hours = 0; hours < 3; hours++) {
      await expect(log.read({ follow: true })).rejects.toThrow('away');
      log.pass(60 * minute);
    }
  });
});

describe('what was not read of a log before its pod went', () => {
  const lost = /^runyard: its pod is gone, and with it whatever of its log had not been read\.\n$/;

  it('is told of once, where the Job is gone too', async () => {
    const log = scriptedLog(whenDone(), () => [line('hello')]);
    expect(await log.read()).toBe('hello\n');
    log.become(aView({ job: null }));
    expect(await log.read()).toMatch(lost);
    expect(await log.read()).toBe('');
  });

  it('is nothing where the Job is gone and nothing was ever read: it may never have run', async () => {
    expect(await scriptedLog(aView({ job: null }), () => []).read()).toBe('');
  });

  it.each([true, false])(
    'is told of where it had begun, or its Job tells that there was one (followed: %s)',
    async (follow) => {
      const log = scriptedLog(whenDone(), () => [line('hello')]);
      expect(await log.read({ follow })).toBe('hello\n');
      log.become(aView({ job }));
      expect(await log.read({ follow })).toMatch(lost);
      expect(await log.read({ follow })).toBe('');
      const succeeded = { ...job, status: { ...job.status, succeeded: 1 } };
      expect(await scriptedLog(aView({ job: succeeded }), () => []).read({ follow })).toBe(
        'runyard: the rest of the log is gone with its pod.\n',
      );
    },
  );

  it('is nothing where no pod ever was', async () => {
    expect(await scriptedLog(aView({ job: aJob({ suspend: true }) }), () => []).read()).toBe('');
  });

  it('is told of where it went before it was asked', async () => {
    const log = scriptedLog(whenDone(), () => {
      throw refusal(404, 'pods "train-1-abcde" not found');
    });
    expect(await log.read()).toBe('runyard: the rest of the log is gone with its pod.\n');
  });
});

describe('a stream that hangs', () => {
  async function* hanging(text: string, signal: AbortSignal): AsyncGenerator<string> {
    yield line(text);
    const over = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => over.reject(signal.reason));
    await over.promise;
  }

  it('is waited for until its container has ended, and then the log is read once more', async () => {
    const log = scriptedLog(aView({ pods: [aPod({ job: runs })] }), ({ follow, signal }) =>
      follow ? hanging('one', signal) : [line('one'), line('two')],
    );
    const reading = log.read({ follow: true });
    // Longer than what is waited for behind the end.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(log.calls.length).toBe(1);
    log.become(whenDone());
    expect(await reading).toBe('one\ntwo\n');
  });

  it('is not waited for where it is only read', async () => {
    const log = scriptedLog(whenDone(), ({ signal }) => hanging('one', signal));
    await expect(log.read()).rejects.toThrow('sends no more');
  });

  it('may begin to answer with its first line, where it is followed', async () => {
    const log = scriptedLog(aView({ pods: [aPod({ job: runs })] }), () => []);
    const over = new AbortController();
    const reading = log.read({ follow: true, signal: over.signal }).catch(() => {});
    await expect.poll(() => log.calls[0]?.silenceMs).toBe(Number.POSITIVE_INFINITY);
    over.abort();
    await reading;
  });
});

describe('logs of several ranks', () => {
  const many = aJob({ completions: 2, conditions: complete });
  const pods = [aPod({ ...done, index: 0 }), aPod({ ...done, index: 1 })];

  it('keep their lines apart where one ends without a newline', async () => {
    const log = scriptedLog(aView({ job: many, pods }), () => [line('no newline').trimEnd()]);
    expect(await log.read()).toBe('[0] no newline\n[1] no newline\n');
  });

  it('are all read where only the pods are left', async () => {
    const log = scriptedLog(aView({ job: null, pods }), ({ pod }) => [line(pod)]);
    expect((await log.read()).split('\n').sort()).toEqual(['', '[0] train-1-0-abcde', '[1] train-1-1-abcde']);
  });

  it('end together where one fails', async () => {
    let open = 0;
    async function* waiting(signal: AbortSignal): AsyncGenerator<string> {
      open++;
      const over = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => over.reject(signal.reason));
      await over.promise.finally(() => open--);
    }
    const view = aView({ job: aJob({ completions: 2 }), pods: [0, 1].map((index) => aPod({ job: runs, index })) });
    const log = scriptedLog(view, ({ pod, signal }) => (pod.includes('-0-') ? waiting(signal) : away()));
    await expect(log.read({ follow: true })).rejects.toThrow('away');
    await expect.poll(() => open).toBe(0);
  });
});
