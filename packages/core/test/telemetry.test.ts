import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Context,
  type ContextManager,
  context,
  metrics,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { functionExecutor } from '../src/adapters/function-executor/function-executor.ts';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { hostApi, type TelemetryApi } from '../src/adapters/telemetry/host-api.ts';
import { instrumentOf } from '../src/adapters/telemetry/instrument-name.ts';
import { newRequests } from '../src/adapters/telemetry/requests.ts';
import { createRunyard } from '../src/create-runyard.ts';
import type { Run } from '../src/domain/run/run.ts';
import { createHttpApp } from '../src/http/create-http-app.ts';
import { catalogue } from '../src/services/metrics/catalogue.ts';
import { exits } from '../src/testing/scripted-executor/behaviour.ts';
import { type TestRunyard, testRunyard } from '../src/testing/test-runyard/test-runyard.ts';

const spans = new InMemorySpanExporter();
beforeEach(() => {
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }));
});
afterEach(() => {
  trace.disable();
  metrics.disable();
  context.disable();
  spans.reset();
});

// As `@opentelemetry/context-async-hooks` has it: what is begun in a context stays in it.
const contextManager = (): ContextManager => {
  const storage = new AsyncLocalStorage<Context>();
  return {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, call, self, ...given) => storage.run(active, () => call.apply(self, given)),
    bind: (_, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  };
};

const ms = ([seconds, nanos]: readonly [number, number]): number => seconds * 1000 + nanos / 1e6;
const timesOf = ({ startTime, endTime }: ReadableSpan) => [ms(startTime), ms(endTime)];
const roots = () => spans.getFinishedSpans().filter(({ parentSpanContext }) => parentSpanContext === undefined);
const below = (parent: ReadableSpan | undefined) =>
  spans
    .getFinishedSpans()
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent?.spanContext().spanId);

describe('the span of a run', () => {
  it('is made when it has ended, from what was recorded, with one for each attempt below it', async () => {
    const outcome = [exits(3, { runMs: 4_000 }), exits(0, { runMs: 20_000 })];
    await using t = await testRunyard({ script: () => outcome.shift() ?? exits(0) });
    const job = await t.runyard.jobs.create({ name: 'nightly', command: 'x', backoff: { limit: 1 } });
    const { id } = await t.runyard.jobs.start(job.id);
    const over = t.runyard.runs.wait(id);
    await t.clock.advance(60_000);
    await over;
    await expect.poll(() => roots().length).toBe(1);
    const run = await t.runyard.runs.get(id);
    const [root] = roots();
    expect(root).toMatchObject({
      name: 'run nightly',
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        'runyard.job.id': job.id,
        'runyard.job.name': 'nightly',
        'runyard.run.id': id,
        'runyard.run.state': 'succeeded',
        'runyard.run.reason': run.reason,
        'runyard.trigger': 'manual',
        'runyard.executor': 'scripted',
      },
    });
    if (!root) return;
    expect(timesOf(root)).toEqual([run.createdAt, run.endedAt]);
    const children = below(root);
    expect(children.map(({ name, status }) => [name, status.code])).toEqual([
      ['queued', SpanStatusCode.UNSET],
      ['attempt 1', SpanStatusCode.ERROR],
      ['attempt 2', SpanStatusCode.UNSET],
    ]);
    expect(children.slice(1).map(timesOf)).toEqual(run.attempts.map(({ createdAt, endedAt }) => [createdAt, endedAt]));
    expect(below(children[2]).map(({ name }) => name)).toEqual(run.attempts[1]?.phases.map(({ name }) => name));
  });

  it('is an error where it failed, with the sentence, and stands by itself whatever is active where it is started', async () => {
    context.setGlobalContextManager(contextManager());
    // Its runs begin and end within the call that starts them.
    const fails = () => {
      throw new Error('as asked');
    };
    await using t = await testRunyard({ executors: { function: functionExecutor({ functions: { fails } }) } });
    const job = await t.runyard.jobs.create({ name: 'a', executor: 'function', command: ['fails'] });
    await trace.getTracer('host').startActiveSpan('request', async (request) => {
      await t.runyard.runs.wait((await t.runyard.jobs.start(job.id)).id);
      request.end();
    });
    await expect.poll(() => roots().length).toBe(2);
    const run = roots().find(({ name }) => name === 'run a');
    expect(run?.status).toEqual({ code: SpanStatusCode.ERROR, message: expect.stringContaining('as asked') });
  });

  it('is linked to the span in which it was asked for, through retries, and those of a schedule to none', async () => {
    context.setGlobalContextManager(contextManager());
    const outcome = [exits(3), exits(0)];
    const within = <T>(name: string, call: () => Promise<T>): Promise<T> =>
      trace.getTracer('host').startActiveSpan(name, (span) => call().finally(() => span.end()));
    await using t = await within('boot', () => testRunyard({ script: () => outcome.shift() ?? exits(0) }));
    const given = { command: 'x', backoff: { limit: 1 }, schedule: { cron: '* * * * *' } };
    const job = await t.runyard.jobs.create({ name: 'a', ...given });
    const http = createHttpApp(t.runyard, { authenticate: () => ({ kind: 'user', id: 'ann', admin: true }) });
    const start = new Request(`http://host/api/jobs/${job.id}/start`, { method: 'POST', body: '{}' });
    const answer = (await (await within('request', () => http.fetch(start))).json()) as { run: { id: string } };
    const { id } = answer.run;
    const over = t.runyard.runs.wait(id);
    await t.clock.advance(60_000);
    await over;
    const runs = () => roots().filter(({ name }) => name === 'run a');
    await expect.poll(() => runs().length).toBe(2);
    const request = roots()
      .find(({ name }) => name === 'request')
      ?.spanContext();
    const linked = runs().map(({ attributes, links }) => [attributes['runyard.trigger'], links.map((l) => l.context)]);
    expect(Object.fromEntries(linked)).toEqual({ api: [request], schedule: [] });
    expect(await t.runyard.runs.get(id)).toMatchObject({ attempt: 2 });
  });

  it('has no link where its run was asked for outside of any span, or ten thousand were asked for behind it', () => {
    context.setGlobalContextManager(contextManager());
    const run = (id: string) => ({ id, trigger: 'api', attempt: 0 }) as Run;
    const requests = newRequests({ trace, context } as TelemetryApi);
    requests.accepted(run('alone'));
    const span = trace.getTracer('host').startActiveSpan('request', (active) => {
      for (let n = 0; n <= 10_000; n++) requests.accepted(run(`${n}`));
      return active.spanContext();
    });
    expect(['alone', '0', '1', '10000', '10000'].map((id) => requests.linksOf(run(id)))).toEqual([
      [],
      [],
      [{ context: span }],
      [{ context: span }],
      [],
    ]);
  });

  it('is one, however many instances share the store', async () => {
    const store = memoryStore();
    await using one = await testRunyard({ store });
    await using two = await testRunyard({ store, clock: one.clock });
    const job = await one.runyard.jobs.create({ name: 'a', command: 'x' });
    for (const { runyard } of [one, two, one]) await runyard.runs.wait((await runyard.jobs.start(job.id)).id);
    await expect.poll(() => roots().length).toBe(3);
    expect(new Set(roots().map(({ attributes }) => attributes['runyard.run.id'])).size).toBe(3);
  });

  it('is one of a run whose host was killed, from its beginning under that host', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'runyard-telemetry-'));
    try {
      const file = join(dir, 'go');
      const program = fileURLToPath(new URL('./fixtures/host-to-kill.ts', import.meta.url));
      const host = spawn(process.execPath, [program, join(dir, 'data'), file], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [id] = (await once(host.stdout, 'data')).map(String);
      const exited = once(host, 'exit');
      host.kill('SIGKILL');
      await exited;
      await using runyard = await createRunyard({ dataDir: join(dir, 'data') });
      expect(roots()).toEqual([]);
      await writeFile(file, '');
      const run = await runyard.runs.wait(id ?? '');
      await expect.poll(() => roots().length).toBe(1);
      const [root] = roots();
      expect(root?.attributes).toMatchObject({ 'runyard.run.id': id, 'runyard.run.state': 'succeeded' });
      expect(root && timesOf(root)).toEqual([run.createdAt, run.endedAt]);
      expect(below(root).map(({ name }) => name)).toEqual(['queued', 'attempt 1']);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }, 30_000);

  it('asks the store nothing where nobody records, and a provider that throws harms no run', async () => {
    const store = memoryStore();
    let asked = 0;
    const counted = { ...store, attempts: (id: string) => store.attempts(id).finally(() => asked++) };
    trace.disable();
    await using t = await testRunyard({ store: counted });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    const end = async () => (await t.runyard.runs.wait((await t.runyard.jobs.start(job.id)).id)).state;
    await end();
    expect(asked).toBe(0);
    trace.setGlobalTracerProvider({
      getTracer: () => ({
        startSpan: () => {
          throw new Error('as asked');
        },
        startActiveSpan: () => {
          throw new Error('as asked');
        },
      }),
    });
    expect(await end()).toBe('succeeded');
  });
});

describe('the metrics', () => {
  it('are told through the host’s meter, the same as are scraped', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ readers: [reader] });
    metrics.setGlobalMeterProvider(provider);
    await using t = await testRunyard({ script: () => exits(0, { runMs: 20_000 }) });
    const job = await t.runyard.jobs.create({ name: 'a', command: 'x' });
    const over = t.runyard.runs.wait((await t.runyard.jobs.start(job.id)).id);
    await t.clock.advance(30_000);
    await over;
    await provider.forceFlush();
    const told = new Map(
      exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
        .map((metric) => [metric.descriptor.name, metric]),
    );
    for (const reading of await t.runyard.metrics.read()) {
      const { name, unit = '' } = instrumentOf(reading.name);
      const metric = told.get(name);
      const series = reading.type === 'histogram' ? reading.histograms : reading.samples;
      expect([name, metric?.dataPoints.length ?? 0]).toEqual([name, series.length]);
      if (!metric) continue;
      expect(metric.descriptor).toMatchObject({
        unit,
        description: catalogue[reading.name as keyof typeof catalogue].help,
      });
      for (const [i, { labels }] of series.entries()) expect(metric.dataPoints[i]?.attributes).toEqual(labels);
    }
    expect(told.get('runyard.run_duration')?.dataPoints[0]?.value).toMatchObject({ sum: 20, count: 1 });
    expect(told.get('runyard.runs_ended')?.dataPoints[0]?.value).toBe(1);
    await provider.shutdown();
  });

  it('of several Runyards in one process are each told as its own, and a number is free again once one is closed', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ readers: [reader] });
    metrics.setGlobalMeterProvider(provider);
    const accepted = async () => {
      exporter.reset();
      await provider.forceFlush();
      return exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
        .filter(({ descriptor }) => descriptor.name === 'runyard.runs_accepted')
        .flatMap(({ dataPoints }) => dataPoints as DataPoint<unknown>[])
        .filter(({ attributes }) => attributes.trigger === 'manual')
        .map(({ attributes, value }) => [attributes['runyard.instance'], value]);
    };
    const start = async ({ runyard }: TestRunyard, times: number) => {
      const job = await runyard.jobs.create({ name: 'a', command: 'x' });
      for (let i = 0; i < times; i++) await runyard.jobs.start(job.id);
    };
    await using one = await testRunyard();
    {
      await using two = await testRunyard();
      await start(one, 3);
      await start(two, 1);
      expect(await accepted()).toEqual([
        [undefined, 3],
        ['2', 1],
      ]);
    }
    await using three = await testRunyard();
    await start(three, 2);
    expect(await accepted()).toContainEqual(['2', 2]);
    await provider.shutdown();
  });
});

describe('the API of OpenTelemetry', () => {
  const warned = () => {
    const said: unknown[] = [];
    const quiet = (): void => {};
    return {
      said,
      logger: { debug: quiet, info: quiet, error: quiet, warn: (given: unknown) => void said.push(given) },
    };
  };

  it('is the host’s own copy, which need not be there', async () => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = createRequire(import.meta.url)('../package.json');
    expect(dependencies).not.toHaveProperty('@opentelemetry/api');
    expect(peerDependencies).toHaveProperty('@opentelemetry/api');
    expect(peerDependenciesMeta['@opentelemetry/api']).toEqual({ optional: true });
    const { said, logger } = warned();
    const missing = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
    expect(await hostApi(logger, () => Promise.reject(missing))).toBeNull();
    expect(said).toEqual([]);
    expect(await hostApi(logger, () => Promise.reject(new Error('broken')))).toBeNull();
    expect(said).toHaveLength(1);
  });

  it('that cannot see what the host has registered is told of once, in the log', async () => {
    const { said, logger } = warned();
    {
      await using _ = await testRunyard({ logger });
      expect(said).toEqual([]);
    }
    const registered = globalThis as unknown as Record<symbol, object | undefined>;
    const key = Symbol.for('opentelemetry.js.api.1');
    const host = registered[key];
    // What a copy of the API puts there that is older, and so never found.
    registered[key] = { version: '1.1.0', trace: {}, metrics: {} };
    try {
      await using _ = await testRunyard({ logger });
      expect(said).toEqual([{ err: expect.objectContaining({ message: expect.stringContaining('1.1.0') }) }]);
    } finally {
      registered[key] = host;
    }
  });
});
