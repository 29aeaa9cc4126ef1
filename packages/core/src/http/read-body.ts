import { isRunyardError, RunyardError } from '../domain/errors.ts';
import { noLonger } from '../ports/no-longer.ts';
import type { HttpSettings } from '../services/runyard.ts';

export interface BodyLimits {
  /** Bytes. */
  most: number;
  /** For the whole body. */
  timeoutMs: number;
  /** Without anything more of it. */
  stallMs: number;
}

type Time = Pick<HttpSettings, 'monotonic' | 'sleep'>;

/** The whole body. Reading ends at the limits, not at the end of what is sent. */
export const readBody = async (request: Request, limits: BodyLimits, time: Time): Promise<Uint8Array<ArrayBuffer>> => {
  if (Number(request.headers.get('content-length') ?? 0) > limits.most) throw tooLarge(limits.most);
  const { body } = request;
  return body === null ? new Uint8Array() : readUpTo(body.getReader(), limits, time);
};

type Reader = ReadableStreamDefaultReader<Uint8Array>;

const readUpTo = async (reader: Reader, limits: BodyLimits, time: Time): Promise<Uint8Array<ArrayBuffer>> => {
  const over = new AbortController();
  const progress = { at: time.monotonic() };
  const late = slowness(progress, limits, { ...time, signal: over.signal });
  late.catch(() => undefined); // looked at only while something is waited for
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await Promise.race([next(reader), late]);
      if (done) return Buffer.concat(chunks);
      progress.at = time.monotonic();
      size += value.byteLength;
      if (size > limits.most) throw tooLarge(limits.most);
      chunks.push(value);
    }
  } catch (error) {
    void reader.cancel().catch(() => undefined);
    throw error;
  } finally {
    over.abort(noLonger);
  }
};

// What breaks off did so at the client, or on the way from there: no fault of ours, and nobody may be left to be told.
const next = async (reader: Reader): ReturnType<Reader['read']> => {
  try {
    return await reader.read();
  } catch (error) {
    if (isRunyardError(error)) throw error;
    throw new RunyardError('invalid-request', 'The body broke off before its end.', { cause: error });
  }
};

/** Rejects once the body is too slow, or has come. */
const slowness = async (
  progress: { at: number },
  { timeoutMs, stallMs }: BodyLimits,
  { monotonic, sleep, signal }: Time & { signal: AbortSignal },
): Promise<never> => {
  const end = monotonic() + timeoutMs;
  for (;;) {
    const now = monotonic();
    if (now >= end) throw tooSlow(`The body did not come whole within ${timeoutMs} ms.`, timeoutMs);
    const stalled = progress.at + stallMs;
    if (now >= stalled) throw tooSlow(`Nothing more of the body came for ${stallMs} ms.`, stallMs);
    await sleep(Math.min(end, stalled) - now, signal);
  }
};

const tooSlow = (sentence: string, ms: number): RunyardError =>
  new RunyardError('body-too-slow', `${sentence} Send it again, faster.`, { expected: `within ${ms} ms` });

const tooLarge = (limit: number): RunyardError =>
  new RunyardError('body-too-large', `The body is over the limit of ${limit} bytes.`, {
    expected: `at most ${limit} bytes`,
  });
