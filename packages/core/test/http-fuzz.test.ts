import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

let host: FuzzHost;
beforeAll(async () => {
  host = await fuzzHost();
});
afterAll(() => host[Symbol.asyncDispose]());

it(`${requests} requests made from the OpenAPI document, right and odd, get no answer of 500 or more, none hangs, and none tells of the inside (FUZZ_SEED=${seed})`, async () => {
  const { wrong, statuses, done } = await sendAll();
  const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status || 'closed'}: ${count}`);
  const never = operations().filter((id) => !done.has(id));
  console.log(`FUZZ_SEED=${seed}: ${counts.join(', ')}; never done: ${never.join(', ') || 'nothing'}`);
  expect(wrong.join('\n\n')).toBe('');
  expect(host.faults).toEqual([]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  // Some has to get through, or nothing was tried.
  expect((statuses.get(200) ?? 0) + (statuses.get(201) ?? 0)).toBeGreaterThan(requests / 10);
}, 300_000);

const sendAll = async () => {
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
    const fault = judge(request, answer);
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

const operations = (): string[] =>
  Object.values(host.document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));

const shown = ({ body, ...rest }: FuzzRequest): string =>
  JSON.stringify({ ...rest, body: typeof body === 'string' ? body : body && [...body] }).slice(0, 1_500);
