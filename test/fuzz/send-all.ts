import fc from 'fast-check';
import { expect } from 'vitest';
import type { FuzzHost } from './fuzz-host.ts';
import { type FuzzWire, fuzzWire } from './fuzz-wire.ts';
import { judge } from './judge.ts';
import { type FuzzRequest, requestsOf } from './requests.ts';

/** `FUZZ_SEED=n` sends the same requests again. */
export const seed = Number(process.env.FUZZ_SEED ?? Math.trunc(Math.random() * 2 ** 31));
/** `FUZZ_REQUESTS=n` sends another number of them. */
export const requestsOr = (usual: number): number => Number(process.env.FUZZ_REQUESTS ?? usual);

const atOnce = 16;
const batch = 500;
const enough = 10;

export interface Sent {
  /** What is wrong with which answers. */
  wrong: string[];
  /** How many answers had which status; 0: closed without one. */
  statuses: Map<number, number>;
  /** Operations that were done. */
  done: Set<string>;
}

/** Sends so many requests, several at once, and expects each to be answered as it should be. */
export const expectRight = async (host: FuzzHost, requests: number): Promise<Sent> => {
  const sent = await sendAll(host, requests);
  const { wrong, statuses, done } = sent;
  const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status || 'closed'}: ${count}`);
  const never = operationsOf(host).filter((id) => !done.has(id));
  console.log(`FUZZ_SEED=${seed}: ${counts.join(', ')}; never done: ${never.join(', ') || 'nothing'}`);
  expect(wrong.join('\n\n')).toBe('');
  expect(host.faults).toEqual([]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  // Some has to get through, or nothing was tried.
  expect((statuses.get(200) ?? 0) + (statuses.get(201) ?? 0)).toBeGreaterThan(requests / 10);
  // Those of the live jobs may be used again.
  await expect.poll(() => host.connections(), { timeout: 5_000 }).toBeLessThanOrEqual(2);
  return sent;
};

const sendAll = async (host: FuzzHost, requests: number): Promise<Sent> => {
  const arbitrary = requestsOf(host.document);
  const wrong: string[] = [];
  const statuses = new Map<number, number>();
  const done = new Set<string>();
  const wires = Array.from({ length: atOnce }, () => fuzzWire(host.port, host.token));

  const send = async (request: FuzzRequest, wire: FuzzWire): Promise<string | null> => {
    const answer = await wire.send(request, host.fill);
    const { status = 0 } = answer ?? {};
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (answer) host.learn(request, answer);
    if (status >= 200 && status < 300) done.add(request.operation);
    const fault = judge(request, answer, host);
    return fault && `${fault}\n${JSON.stringify(answer)?.slice(0, 600)}`;
  };

  for (let from = 0; from < requests && wrong.length < enough; from += batch) {
    const made = fc.sample(arbitrary, { numRuns: Math.min(batch, requests - from), seed: seed + from });
    const left = made.entries();
    const lane = async (wire: FuzzWire): Promise<void> => {
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

export const operationsOf = ({ document }: FuzzHost): string[] =>
  Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));

const shown = ({ body, ...rest }: FuzzRequest): string =>
  JSON.stringify({ ...rest, body: typeof body === 'string' ? body : body && [...body] }).slice(0, 1_500);
