import { randomBytes } from 'node:crypto';
import { sqliteStore } from '../../src/adapters/sqlite-store/sqlite-store.ts';
import type { Run } from '../../src/domain/run/run.ts';
import type { DeliveryView, WebhookInput } from '../../src/services/webhooks/api.ts';
import { exits, type Script } from '../../src/testing/scripted-executor/behaviour.ts';
import { type TestRunyard, type TestRunyardOptions, testRunyard } from '../../src/testing/test-runyard/test-runyard.ts';
import { type Receiver, webhookReceiver } from './webhook-receiver.ts';

export const keys = [{ id: 'key-1', key: randomBytes(32) }];

export interface Notified extends AsyncDisposable {
  t: TestRunyard;
  receiver: Receiver;
  /** Exit code of the attempts that begin from now on. */
  code: number;
  webhook(input?: Partial<WebhookInput>): Promise<{ id: string; secret: string }>;
  job(fields?: object): Promise<string>;
  /** Starts the job and waits for the run's end. */
  run(jobId: string): Promise<Run>;
  /** Lets time pass second by second, each with a pause in which a real store can answer, until the run has ended. */
  ended(runId: string): Promise<Run>;
  deliveries(id: string): Promise<DeliveryView[]>;
  /** Lets time pass to this instant, and then ms by ms until the receiver was asked so often. */
  askedAt(epochMs: number, requests: number): Promise<void>;
  /** Waits until the newest delivery looks like this, while the clock stands still. */
  delivery(id: string, state: DeliveryView['state'], attempts?: number): Promise<DeliveryView>;
}

/** A Runyard on SQLite, and a receiver on loopback that it may post to. */
export const notified = async ({
  script,
  ...options
}: Omit<TestRunyardOptions, 'script'> & { script?: Script } = {}): Promise<Notified> => {
  const receiver = await webhookReceiver();
  const bench = { code: 0 };
  const t = await testRunyard({
    store: sqliteStore(),
    encryptionKeys: keys,
    webhooks: { allowPrivate: true },
    script: script ?? (() => exits(bench.code)),
    ...options,
  });
  const { runyard } = t;
  const deliveries = async (id: string): Promise<DeliveryView[]> => (await runyard.webhooks.deliveries(id)).items;
  return Object.assign(bench, {
    t,
    receiver,
    async webhook(input: Partial<WebhookInput> = {}) {
      const { secret, view } = await runyard.webhooks.create({ url: receiver.url, ...input });
      return { id: view.id, secret };
    },
    job: async (fields = {}) => (await runyard.jobs.create({ name: 'nightly', command: 'x', ...fields })).id,
    async run(jobId: string) {
      const { id } = await runyard.jobs.start(jobId);
      return t.clock.settled(runyard.runs.wait(id));
    },
    async ended(runId: string) {
      for (let tries = 0; ; tries++) {
        const run = await runyard.runs.get(runId);
        if (run.endedAt !== null) return run;
        if (tries > 600) throw new Error(`Run ${runId} is still ${run.state}.`);
        await new Promise((resolve) => setTimeout(resolve, 10));
        await t.clock.advance(1000);
      }
    },
    deliveries,
    async askedAt(epochMs: number, requests: number) {
      await t.clock.advanceTo(epochMs);
      for (let tries = 0; receiver.received.length < requests; tries++) {
        if (tries > 300) throw new Error(`The receiver was asked ${receiver.received.length} times.`);
        await new Promise((resolve) => setTimeout(resolve, 10));
        await t.clock.advance(1);
      }
    },
    async delivery(id: string, state: DeliveryView['state'], attempts?: number) {
      for (let tries = 0; ; tries++) {
        const [newest] = await deliveries(id);
        if (newest?.state === state && (attempts === undefined || newest.attempts === attempts)) return newest;
        if (tries > 300) throw new Error(`The newest delivery is ${JSON.stringify(newest)}.`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async [Symbol.asyncDispose]() {
      await t[Symbol.asyncDispose]();
      await receiver[Symbol.asyncDispose]();
    },
  });
};
