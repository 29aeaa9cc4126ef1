import { Controller, Inject, Injectable, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { type FunctionContext, functionExecutor } from '@runyard/core';
import { testRunyard } from '@runyard/core/testing';
import { describe, expect, it } from 'vitest';
import { Job } from '../src/index.ts';
import { testApp } from './support/test-app.ts';

type App = Awaited<ReturnType<typeof testApp>>;

@Injectable()
class Ledger {
  readonly lines: string[] = [];
}

const namesOf = async ({ runyard }: Pick<App, 'runyard'>) =>
  (await runyard.jobs.list()).items.map(({ spec, revision }) => `${spec.name} ${revision}`).sort();

const ended = async ({ runyard, clock }: App, name: string) => {
  const job = (await runyard.jobs.list()).items.find(({ spec }) => spec.name === name);
  return clock.settled(runyard.runs.wait((await runyard.jobs.start(job?.id ?? '')).id));
};

describe('@Job', () => {
  it('makes a method of a provider a job, which its schedule runs with what the class was given', async () => {
    @Injectable()
    class Reports {
      @Inject() readonly ledger!: Ledger;

      @Job({ schedule: { cron: '* * * * *' }, args: ['a', 'b'], env: { DAY: 'today' } })
      daily({ args, attempt, env }: FunctionContext): void {
        this.ledger.lines.push(`${args.join()} ${attempt} ${env.DAY}`);
      }
    }
    await using t = await testApp({ providers: [Ledger, Reports] });
    expect(await namesOf(t)).toEqual(['Reports.daily 1']);
    await t.clock.advance(60_000);
    await t.events.waitFor('run.succeeded');
    expect(t.app.get(Ledger).lines).toEqual(['a,b 1 today']);
  });

  it('of an async method ends when that does, and fails when it throws', async () => {
    class Reports {
      @Job({ name: 'fails' })
      async fails(): Promise<void> {
        throw new Error('no paper');
      }
    }
    await using t = await testApp({ providers: [Reports] });
    const run = await ended(t, 'fails');
    expect(run).toMatchObject({ state: 'failed', attempt: 1, reason: 'exit-code' });
    expect(run.sentence).toContain('no paper');
  });

  it('is found in controllers and in what a factory has made, and may stand twice above a method', async () => {
    class Made {
      readonly ledger = new Ledger();
      @Job({ name: 'twice-a', args: ['a'] })
      @Job({ name: 'twice-b', args: ['b'] })
      job({ args }: FunctionContext): void {
        this.ledger.lines.push(...args);
      }
    }
    @Controller('theirs')
    class Theirs {
      @Job()
      nightly(): void {}
    }
    const factory = { provide: 'made', useFactory: () => new Made() };
    const alias = { provide: 'alias', useExisting: 'made' };
    await using t = await testApp({ providers: [factory, alias], controllers: [Theirs] });
    expect(await namesOf(t)).toEqual(['Theirs.nightly 1', 'twice-a 1', 'twice-b 1']);
    await ended(t, 'twice-b');
    await ended(t, 'twice-a');
    expect(t.app.get<Made>('made').ledger.lines).toEqual(['b', 'a']);
  });

  it('has the name of its class in what is given as a value', async () => {
    class Made {
      @Job()
      job(): void {}
    }
    await using t = await testApp({ providers: [{ provide: 'made', useValue: new Made() }] });
    expect(await namesOf(t)).toEqual(['Made.job 1']);
  });

  it('changes nothing where nothing has changed, and what has changed', async () => {
    const make = (cron: string) => {
      class Reports {
        @Job({ schedule: { cron } })
        daily(): void {}
        @Job()
        byHand(): void {}
      }
      return Reports;
    };
    await using test = await testRunyard();
    for (const [cron, revision] of [
      ['0 6 * * *', 1],
      ['0 6 * * *', 1],
      ['0 7 * * *', 2],
    ] as const) {
      await using app = await testApp({ test, providers: [make(cron)] });
      expect(await namesOf(app)).toEqual(['Reports.byHand 1', `Reports.daily ${revision}`]);
    }
  });

  it('leaves a job whose method is gone, and removes it with `prune`', async () => {
    class Before {
      @Job()
      old(): void {}
    }
    class After {
      @Job()
      fresh(): void {}
    }
    await using test = await testRunyard();
    for (const [provider, prune, names] of [
      [Before, false, ['Before.old 1']],
      [After, false, ['After.fresh 1', 'Before.old 1']],
      [After, true, ['After.fresh 1']],
      [null, false, ['After.fresh 1']],
      [null, true, []],
    ] as const) {
      await using app = await testApp({ test, providers: provider ? [provider] : [], module: { prune } });
      expect(await namesOf(app)).toEqual(names);
    }
  });

  it('with a command has that run, with the variables that the method answers with', async () => {
    class Training {
      @Inject() readonly ledger!: Ledger;

      @Job({ name: 'train', command: 'python train.py', executor: 'scripted', env: { A: '1', B: '2' } })
      async environment(): Promise<Record<string, string>> {
        this.ledger.lines.push('asked');
        return { B: 'from the host', C: '3' };
      }
    }
    await using t = await testApp({ providers: [Ledger, Training] });
    const [job] = (await t.runyard.jobs.list()).items;
    expect(job?.spec).toMatchObject({
      command: 'python train.py',
      executor: 'scripted',
      env: { A: '1', B: 'from the host', C: '3' },
    });
    expect(await ended(t, 'train')).toMatchObject({ state: 'succeeded' });
    expect(t.app.get(Ledger).lines).toEqual(['asked']);
  });

  it('in a provider that is made for each request has one made for each run, with the context as its request', async () => {
    let made = 0;
    @Injectable({ scope: Scope.REQUEST })
    class Unit {
      readonly number = ++made;
      @Inject(REQUEST) readonly context!: FunctionContext;
    }
    @Injectable()
    class Imports {
      @Inject() readonly unit!: Unit;
      @Inject() readonly ledger!: Ledger;

      @Job({ name: 'import' })
      import({ runId }: FunctionContext): void {
        this.ledger.lines.push(`${this.unit.number} ${this.unit.context.runId === runId}`);
      }
    }
    await using t = await testApp({ providers: [Ledger, Unit, Imports] });
    await ended(t, 'import');
    await ended(t, 'import');
    expect(t.app.get(Ledger).lines).toEqual(['1 true', '2 true']);
  });

  it.each([
    ['that cannot be', { schedule: { cron: '61 * * * *' } }, 'invalid-cron', '@Job on Wrong.job: '],
    [
      'with an environment that is none',
      { command: 'true', executor: 'scripted' },
      'invalid-job',
      'an object of texts',
    ],
  ])(
    '%s ends the start of the application with a sentence that names the method',
    async (_, options, code, sentence) => {
      class Wrong {
        @Job()
        fine(): void {}
        @Job(options as never)
        job(): unknown {
          return { A: 1 };
        }
      }
      await expect(testApp({ providers: [Wrong] })).rejects.toMatchObject({
        code,
        message: expect.stringContaining(sentence),
      });
    },
  );

  it('is refused on a method that would never be called: one of a name that the executor has, one that is static', async () => {
    class Reports {
      @Job()
      daily(): void {}
    }
    const executors = { function: functionExecutor({ functions: { 'Reports.daily': () => {} } }) };
    await expect(testApp({ providers: [Reports], executors })).rejects.toMatchObject({
      code: 'name-in-use',
      message: expect.stringContaining('@Job on Reports.daily: the executor "function" runs "Reports.daily" by itself'),
    });
    class Base {
      @Job()
      static nightly(): void {}
      fine(): void {}
    }
    class Heir extends Base {}
    await expect(testApp({ providers: [Heir] })).rejects.toThrow('@Job is on Base.nightly, which is static');
  });

  it('is refused where two have one name', async () => {
    class One {
      @Job({ name: 'same' })
      job(): void {}
    }
    class Two {
      @Job({ name: 'same' })
      job(): void {}
    }
    await expect(testApp({ providers: [One, Two] })).rejects.toThrow(
      '@Job on Two.job and on One.job have the same name',
    );
  });

  it('is refused where two providers have a method of one name, or it names a Runyard that is not there', async () => {
    const make = (name: string, runyard?: string) => {
      class Reports {
        @Job({ name, ...(runyard !== undefined && { runyard }) })
        daily(): void {}
      }
      return Reports;
    };
    await expect(testApp({ providers: [make('a'), make('b')] })).rejects.toThrow(
      '@Job is on two methods that are called Reports.daily',
    );
    await expect(testApp({ providers: [make('a', 'bathc')] })).rejects.toThrow(
      'on Reports.daily names the Runyard "bathc", and there is no such RunyardModule; there is: none.',
    );
    await expect(testApp({ providers: [make('a')], module: { name: 'batch' } })).rejects.toThrow(
      'on Reports.daily names no Runyard, and there is no such RunyardModule; there is: batch.',
    );
  });
});
