import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { NoLog, type Piece, readLines } from '../src/logs/lines.ts';
import { merge } from '../src/logs/merge.ts';
import { beginning, type Position, positionFrom, positionText, sinceTimeOf } from '../src/logs/position.ts';
import { type Output, resumeFrom } from '../src/logs/resume.ts';
import { parseStamp } from '../src/logs/stamp.ts';

/** A line as the API server sends it with timestamps. */
interface Line {
  /** Nanoseconds since the epoch. */
  at: bigint;
  text: string;
}

const stampOf = (at: bigint): string =>
  `${new Date(Number(at / 1_000_000n)).toISOString().slice(0, 19)}.${String(at % 1_000_000_000n).padStart(9, '0')}Z`;

// As a kubelet does it: `sinceTime` is inclusive, and cut to whole seconds.
const answer = (lines: readonly Line[], sinceTime: string | undefined): Buffer => {
  const since = sinceTime === undefined ? 0n : BigInt(Date.parse(sinceTime)) * 1_000_000n;
  return Buffer.from(
    lines
      .filter(({ at }) => at >= since)
      .map(({ at, text }) => `${stampOf(at)} ${text}`)
      .join(''),
  );
};

async function* inChunks(bytes: Buffer, random: () => number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(random() * 80);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const read = async (lines: readonly Line[], from: Position, random: () => number): Promise<Output[]> => {
  const reader = resumeFrom(from);
  const out: Output[] = [];
  for await (const piece of readLines(inChunks(answer(lines, sinceTimeOf(from)), random)))
    out.push(...reader.take(piece));
  return out;
};

const textOf = (out: readonly Output[]): string => Buffer.concat(out.map(({ bytes }) => bytes)).toString();

const seeded = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
  return seed / 2 ** 31;
};

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const start = 1_790_000_000_000_000_000n;

// Lines of two streams, so that some stand a little out of order, some share a stamp, and some come after a long silence.
const randomLog = (random: () => number): Line[] => {
  let at = start + BigInt(Math.floor(random() * 1e9));
  return Array.from({ length: 60 }, (_, i) => {
    at += BigInt(Math.floor(random() ** 6 * 20e9));
    const early = random() < 0.2 ? BigInt(Math.floor(random() * 5e8)) : 0n;
    return { at: random() < 0.3 ? at : at - early, text: `${i} ${'x'.repeat(Math.floor(random() * 60))}${'\n'}` };
  });
};

describe('reading a log with timestamps', () => {
  it('goes on behind every line without loss or repeat, whatever is cut where', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = seeded(seed);
      const lines = randomLog(random);
      const whole = await read(lines, beginning, random);
      expect(textOf(whole)).toBe(lines.map(({ text }) => text).join(''));
      for (const [i, { position }] of whole.entries()) {
        const again = positionFrom(positionText(position)) ?? beginning;
        expect([seed, i, textOf(await read(lines, again, random))]).toEqual([seed, i, textOf(whole.slice(i + 1))]);
      }
    }
  });

  it('goes on from where it went on before', async () => {
    const random = seeded(7);
    const lines = randomLog(random);
    let position = beginning;
    let seen = '';
    for (let n = 1; n <= lines.length; n++) {
      const out = await read(lines.slice(0, n), position, random);
      seen += textOf(out);
      position = out.at(-1)?.position ?? position;
    }
    expect(seen).toBe(lines.map(({ text }) => text).join(''));
  });

  it('asks for little more than what is new', async () => {
    const lines = Array.from({ length: 1000 }, (_, i) => ({ at: start + BigInt(i) * 1_000_000_000n, text: `${i}\n` }));
    const { position } = (await read(lines, beginning, seeded(1))).at(-1) ?? { position: beginning };
    expect(answer(lines, sinceTimeOf(position)).toString().split('\n').length).toBeLessThan(10);
  });

  it('names a place in few characters, since that of many ranks names each of them', () => {
    const position: Position = {
      ...{ anchor: 1_795_292_009, count: 1234, offset: 0 },
      first: { second: 1_795_292_009, nano: 45_292_182 },
      last: { second: 1_795_292_012, nano: 999_999_999 },
    };
    expect(positionText(position).length).toBeLessThan(32);
    expect(positionFrom(positionText(position))).toEqual(position);
    expect(positionFrom(positionText(beginning))).toEqual(beginning);
    for (const text of ['', 'over', '1,2,3', '1795292009,1,0,1795292009.000000000,'])
      expect(positionFrom(text)).toBeNull();
  });

  it('goes on in the middle of a line that is too long to be held', async () => {
    const long = 'y'.repeat(700_000);
    const lines = [
      { at: start, text: 'first\n' },
      { at: start, text: `${long}\n` },
      { at: start + 5n, text: 'last\n' },
    ];
    const whole = await read(lines, beginning, () => 1e3);
    expect(whole.length).toBeGreaterThan(3);
    for (const [i, { position }] of whole.entries())
      expect(textOf(await read(lines, position, () => 1e3))).toBe(textOf(whole.slice(i + 1)));
    expect(textOf(whole)).toBe(`first\n${long}\nlast\n`);
  });

  it('keeps an empty line, a carriage return, and an end without a newline', async () => {
    const texts = ['\n', 'bar 10%\rbar 90%\n', ' indented\n', 'no newline'];
    const lines = texts.map((text, i) => ({ at: start + BigInt(i), text }));
    expect(textOf(await read(lines, beginning, seeded(3)))).toBe(texts.join(''));
  });

  it('says so where the node has forgotten the beginning, and repeats nothing that it knows', async () => {
    const lines = Array.from({ length: 20 }, (_, i) => ({ at: start + BigInt(i) * 100_000_000n, text: `${i}\n` }));
    const { position } = (await read(lines, beginning, seeded(2)))[9] ?? { position: beginning };
    const rotated = textOf(await read(lines.slice(5), position, seeded(2)));
    expect(rotated).toMatch(/^runyard: the node has forgotten .*\n10\n11\n/);
    expect(textOf(await read(lines.slice(15), position, seeded(2)))).toMatch(
      /^runyard: the node has forgotten .*\n15\n16\n/,
    );
  });

  it('takes what is no line of a log for what it is: the words of a kubelet that could not read it', async () => {
    const words = Buffer.from('unable to retrieve container logs for containerd://abc');
    const reading = async (): Promise<Piece[]> => {
      const pieces: Piece[] = [];
      for await (const piece of readLines(inChunks(words, seeded(1)))) pieces.push(piece);
      return pieces;
    };
    await expect(reading()).rejects.toThrow(NoLog);
  });
});

describe('a stamp', () => {
  it.each([
    ['2026-11-21T20:13:29.045292182Z', { second: 1795292009, nano: 45292182 }],
    ['2026-11-21T22:13:29.5+02:00', { second: 1795292009, nano: 500000000 }],
    ['2026-11-21T20:13:29Z', { second: 1795292009, nano: 0 }],
    ['yesterday', null],
  ])('%s is read in whatever zone and precision it is', (text, stamp) => {
    expect(parseStamp(text)).toEqual(stamp);
  });
});

describe('logs of several pods', () => {
  async function* counting(name: string, to: number): AsyncGenerator<string> {
    for (let i = 0; i < to; i++) yield `${name}${i}`;
  }

  it('come as they come, each in its order', async () => {
    const seen: string[] = [];
    for await (const one of merge([counting('a', 3), counting('b', 2)])) seen.push(one);
    expect(seen.filter((one) => one.startsWith('a'))).toEqual(['a0', 'a1', 'a2']);
    expect(seen.filter((one) => one.startsWith('b'))).toEqual(['b0', 'b1']);
  });

  it('hold on to nothing of what was passed on beside one that is silent', async () => {
    const over = Promise.withResolvers<string>();
    async function* silent(): AsyncGenerator<string> {
      yield await over.promise;
    }
    const heap = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = heap();
    let passed = 0;
    for await (const _ of merge([counting('a', 100_000), silent()])) {
      if (++passed !== 100_000) continue;
      expect(heap() - before).toBeLessThan(10e6);
      over.resolve('last');
    }
  });

  it('end with the first that fails', async () => {
    async function* failing(): AsyncGenerator<string> {
      yield 'x';
      throw new Error('broken');
    }
    const reading = async (): Promise<void> => {
      for await (const _ of merge([counting('a', 1_000_000), failing()]));
    };
    await expect(reading()).rejects.toThrow('broken');
  });
});
