import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memoryStore } from '../src/adapters/memory-store/memory-store.ts';
import { sqliteStore } from '../src/adapters/sqlite-store/sqlite-store.ts';
import { type FuzzHost, fuzzHost } from './support/fuzz/fuzz-host.ts';
import { fuzzWire } from './support/fuzz/fuzz-wire.ts';
import { judge } from './support/fuzz/judge.ts';
import { type FuzzRequest, requestsOf } from './support/fuzz/requests.ts';

// `FUZZ_SEED=n` sends the same requests again, `FUZZ_REQUESTS=n` another number of them.
const seed = Number(process.env.FUZZ_SEED ?? Math.trunc(Math.random() * 2 ** 31));
const requests = Number(process.env.FUZZ_REQUESTS ?? 20_000);
const atOnce = 16;
const batch = 500;
const enough = 10;

/** Done nowhere here: they ask other machines or need images, need a run whose place does not answer, or are always refused. */
const undoable = ['abandonRun', 'buildImage', 'findImage', 'listImages', 'pingWebhook', 'refreshToken', 'scanHost'];
/** What needs a run that is active, or two ids that belong together. */
const ofLiveJobs = [
  'cancelRun',
  'stopJobRun',
  'updateSecretAttachment',
  'deleteSecretAttachment',
  'getRecipe',
  'activePodLogs',
];
const doneSomewhere = new Map<string, boolean>();

it.each([
  ['in memory', memoryStore(), Math.ceil(requests * 0.6)],
  ['in SQLite', sqliteStore(), Math.ceil(requests * 0.4)],
] as const)(
  `%s: requests made from the OpenAPI document, right and odd, get no answer of 500 or more, none hangs, and none tells of the inside or what is secret (FUZZ_SEED=${seed})`,
  async (_, store, count) => {
    await using host = await fuzzHost(store);
    const { wrong, statuses, done } = await sendAll(host, count);
    const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status || 'closed'}: ${count}`);
    const never = operationsOf(host).filter((id) => !done.has(id));
    console.log(`FUZZ_SEED=${seed}: ${counts.join(', ')}; never done: ${never.join(', ') || 'nothing'}`);
    expect(wrong.join('\n\n')).toBe('');
    expect(host.faults).toEqual([]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    // Some has to get through, or nothing was tried.
    expect((statuses.get(200) ?? 0) + (statuses.get(201) ?? 0)).toBeGreaterThan(count / 10);
    for (const id of operationsOf(host)) doneSomewhere.set(id, doneSomewhere.get(id) || done.has(id));
    // Those of the live jobs may be used again.
    await expect.poll(() => host.connections(), { timeout: 5_000 }).toBeLessThanOrEqual(2);
  },
  300_000,
);

// By fewer, chance leaves some out.
it.skipIf(requests < 20_000)(
  'nearly every operation that can be done here was done by some of them, and all that need something alive',
  () => {
    const never = [...doneSomewhere].flatMap(([id, isDone]) => (isDone || undoable.includes(id) ? [] : [id]));
    // Some are rare: of three, no more, chance may have made none that is right.
    expect(never.slice(3)).toEqual([]);
    expect(never.filter((id) => ofLiveJobs.includes(id))).toEqual([]);
    expect(doneSomewhere.size).toBeGreaterThan(undoable.length);
  },
);

const sendAll = async (host: FuzzHost, requests: number) => {
  const arbitrary = requestsOf(host.document);
  const wrong: string[] = [];
  const statuses = new Map<number, number>();
  const done = new Set<string>();
  const wires = Array.from({ length: atOnce }, () => fuzzWire(host.port, host.token));

  const send = async (request: FuzzRequest, wire: (typeof wires)[number]): Promise<string | null> => {
    const answer = await wire.send(request, host.fill);
    const { status = 0 } = answer ?? {};
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (answer) host.learn(request, answer);
    if (status >= 200 && status < 300) done.add(request.operation);
    const fault = judge(request, answer, host.secrets);
    return fault && `${fault}\n${JSON.stringify(answer)?.slice(0, 600)}`;
  };

  for (let from = 0; from < requests && wrong.length < enough; from += batch) {
    const made = fc.sample(arbitrary, { numRuns: Math.min(batch, requests - from), seed: seed + from });
    const left = made.entries();
    const lane = async (wire: (typeof wires)[number]): Promise<void> => {
      for (const [n, request] of left) {
        const fault = await send(request, wire).catch((error: unknown) => String(error));
        if (fault !== null) wrong.push(`${from + n}: ${fault}\n${shown(request)}`);
      }
    };
    await Promise.all(wires.map(lane));
    await host.tidy();
  }
  for (const wire of wires) wire.close();
  return { wrong, statuses, done };
};

const operationsOf = (host: FuzzHost): string[] =>
  Object.values(host.document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));

const shown = ({ body, ...rest }: FuzzRequest): string =>
  JSON.stringify({ ...rest, body: typeof body === 'string' ? body : body && [...body] }).slice(0, 1_500);
