import { Inject, Injectable, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import type { FunctionContext } from '@runyard/core';
import { testRunyard } from '@runyard/core/testing';
import { describe, expect, it } from 'vitest';
import { Job, OnRun, type OnRunEvent } from '../src/index.ts';
import { testApp } from './support/test-app.ts';

type App = Awaited<ReturnType<typeof testApp>>;

class Jobs {
  @Job({ name: 'good' })
  good(): void {}
  @Job({ name: 'bad' })
  bad(): void {
    throw new Error('bad');
  }
}

const ended = async ({ runyard, clock }: Pick<App, 'runyard' | 'clock'>, name: string) => {
  const job = (await runyard.jobs.list()).items.find(({ spec }) => spec.name === name);
  return clock.settled(runyard.runs.wait((await runyard.jobs.start(job?.id ?? '')).id));
};

/** What a listener does with an event comes a little after it. */
const heard = async (lines: readonly string[], count: number): Promise<readonly string[]> => {
  while (lines.length < count) await new Promise((resolve) => setTimeout(resolve, 2));
  return lines;
};

describe('@OnRun', () => {
  it('is told of runs that come to its states, and of no others', async () => {
    const lines: string[] = [];
    class Listener {
      @OnRun('failed')
      failed({ run }: OnRunEvent): void {
        lines.push(`failed ${run.state}`);
      }
      @OnRun(['succeeded', 'failed'])
      async either({ run, runyard }: OnRunEvent): Promise<void> {
        lines.push(`either ${run.state} ${(await runyard.runs.get(run.id)).jobName}`);
      }
    }
    await using t = await testApp({ providers: [Jobs, Listener] });
    await ended(t, 'good');
    expect(await heard(lines, 1)).toEqual(['either succeeded good']);
    await ended(t, 'bad');
    expect(await heard(lines, 3)).toEqual(['either succeeded good', 'failed failed', 'either failed bad']);
  });

  it('is told of one job only where it names it, or says so itself', async () => {
    const lines: string[] = [];
    class Listener {
      @OnRun('succeeded', { job: 'good' })
      named({ run }: OnRunEvent): void {
        lines.push(`named ${run.state}`);
      }
      @OnRun(['succeeded', 'failed'], { job: ({ reason }) => reason === 'exit-code' })
      chosen({ run }: OnRunEvent): void {
        lines.push(`chosen ${run.state}`);
      }
      @OnRun('failed', { job: 'good' })
      never(): void {
        lines.push('never');
      }
    }
    await using t = await testApp({ providers: [Jobs, Listener] });
    await ended(t, 'bad');
    await heard(lines, 1);
    await ended(t, 'good');
    expect(await heard(lines, 2)).toEqual(['chosen failed', 'named succeeded']);
  });

  it('is told of a run that ends while its Runyard closes, asking for the name of its job once', async () => {
    const lines: string[] = [];
    class Listener {
      @OnRun('running', { job: 'gated' })
      begins(): void {
        lines.push('begins');
      }
      @OnRun('succeeded', { job: 'gated' })
      ends(): void {
        lines.push('ends');
      }
    }
    class Gated {
      @Job({ name: 'gated' })
      gated({ signal }: FunctionContext): Promise<void> {
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
      }
    }
    await using t = await testApp({ providers: [Gated, Listener] });
    const [job] = (await t.runyard.jobs.list()).items;
    await t.runyard.jobs.start(job?.id ?? '');
    await heard(lines, 1);
    await t.clock.settled(t.runyard.close());
    expect([await heard(lines, 2), t.faults]).toEqual([['begins', 'ends'], []]);
  });

  it('that throws harms neither the run nor other listeners', async () => {
    const lines: string[] = [];
    class Listener {
      @OnRun('succeeded')
      throws(): void {
        throw new Error('at once');
      }
      @OnRun('succeeded')
      async rejects(): Promise<void> {
        throw new Error('later');
      }
      @OnRun('succeeded')
      hears(): void {
        lines.push('heard');
      }
    }
    await using t = await testApp({ providers: [Jobs, Listener] });
    expect(await ended(t, 'good')).toMatchObject({ state: 'succeeded' });
    expect(await heard(lines, 1)).toEqual(['heard']);
    expect(await ended(t, 'good')).toMatchObject({ state: 'succeeded' });
    expect(await heard(lines, 2)).toHaveLength(2);
    expect(t.faults.map((fault) => fault.replace(/run \w+/, 'run …'))).toEqual([
      '@OnRun on Listener.throws threw at run …, which is succeeded.',
      '@OnRun on Listener.rejects threw at run …, which is succeeded.',
      '@OnRun on Listener.throws threw at run …, which is succeeded.',
      '@OnRun on Listener.rejects threw at run …, which is succeeded.',
    ]);
  });

  it('in a provider that is made for each request has one made for each event', async () => {
    const lines: string[] = [];
    let made = 0;
    @Injectable({ scope: Scope.REQUEST })
    class Listener {
      readonly number = ++made;
      @Inject(REQUEST) readonly event!: OnRunEvent;
      @OnRun('succeeded')
      hears({ run }: OnRunEvent): void {
        lines.push(`${this.number} ${this.event.run.id === run.id}`);
      }
    }
    await using t = await testApp({ providers: [Jobs, Listener] });
    await ended(t, 'good');
    await heard(lines, 1);
    await ended(t, 'good');
    expect(await heard(lines, 2)).toEqual(['1 true', '2 true']);
  });

  it('hears no more once the application has closed, nor are its methods called', async () => {
    const lines: string[] = [];
    class Listener {
      @OnRun(['succeeded', 'failed'])
      hears(): void {
        lines.push('heard');
      }
    }
    await using test = await testRunyard();
    const t = await testApp({ test, providers: [Jobs, Listener] });
    await ended(t, 'good');
    await heard(lines, 1);
    await t.app.close();
    expect(await ended(test, 'good')).toMatchObject({ state: 'failed', reason: 'unknown-function' });
    await test.events.waitFor('run.failed');
    expect(lines).toEqual(['heard']);
  });
});
