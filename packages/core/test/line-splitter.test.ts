import { describe, expect, it } from 'vitest';
import { lineSplitter, parsePosition, type SplitLine } from '../src/engine/line-splitter.ts';
import type { LogChunk } from '../src/ports/executor.ts';
import { seededEntropy } from '../src/testing/seeded-entropy/seeded-entropy.ts';

const text = (lines: readonly SplitLine[]): string[] => lines.map(({ bytes }) => Buffer.from(bytes).toString('utf8'));

// An executor whose cursors are byte offsets, cut into chunks at these sizes.
const chunksOf = (output: Buffer, from: number, size: () => number): LogChunk[] => {
  const chunks: LogChunk[] = [];
  for (let at = from; at < output.length; ) {
    const end = Math.min(output.length, at + size());
    chunks.push({ cursor: String(end), stream: 'output', bytes: output.subarray(at, end) });
    at = end;
  }
  return chunks;
};

describe('the line splitter', () => {
  it('gives whole lines and holds the rest until it is flushed', () => {
    const splitter = lineSplitter(parsePosition(undefined));
    expect(text(splitter.push({ cursor: '5', stream: 'output', bytes: Buffer.from('a\nb\nc') }))).toEqual([
      'a\n',
      'b\n',
    ]);
    expect(splitter.holding).toBe(true);
    expect(text(splitter.push({ cursor: '7', stream: 'output', bytes: Buffer.from('d\n') }))).toEqual(['cd\n']);
    expect(splitter.holding).toBe(false);
    expect(splitter.flush()).toEqual([]);
  });

  it('does not mix streams in a line', () => {
    const splitter = lineSplitter(parsePosition(undefined));
    splitter.push({ cursor: '1', stream: 'stdout', bytes: Buffer.from('out') });
    const lines = splitter.push({ cursor: '2', stream: 'stderr', bytes: Buffer.from('err\n') });
    expect(lines.map(({ stream }, i) => [stream, text(lines)[i]])).toEqual([
      ['stdout', 'out'],
      ['stderr', 'err\n'],
    ]);
  });

  it('passes a line of 200 kB on in pieces that are whole characters', () => {
    const line = `${'€'.repeat(70_000)}\n`;
    const splitter = lineSplitter(parsePosition(undefined));
    const pieces = chunksOf(Buffer.from(line), 0, () => 4099).flatMap((chunk) => splitter.push(chunk));
    expect(text(pieces).join('')).toBe(line);
    expect(Math.max(...pieces.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(65_536);
    expect(text(pieces).every((piece) => !piece.includes('\ufffd'))).toBe(true);
  });

  it('goes on from the position of any line, however the output is chunked, and repeats and loses no byte', () => {
    const entropy = seededEntropy(7);
    const below = (n: number): number => 1 + Math.floor(entropy.random() * n);
    for (let round = 0; round < 200; round++) {
      const output = Buffer.from(
        Array.from({ length: below(40) }, () => `${'é€x'.repeat(below(30))}${entropy.random() < 0.9 ? '\n' : ''}`).join(
          '',
        ),
      );
      const first = lineSplitter(parsePosition(undefined));
      const lines = [...chunksOf(output, 0, () => below(50)).flatMap((chunk) => first.push(chunk)), ...first.flush()];
      const cut = Math.floor(entropy.random() * (lines.length + 1));
      const { after, skip } = parsePosition(lines[cut - 1]?.position);
      const second = lineSplitter({ after, skip });
      const rest = [
        ...chunksOf(output, Number(after ?? 0), () => below(70)).flatMap((chunk) => second.push(chunk)),
        ...second.flush(),
      ];
      const whole = Buffer.concat([...lines.slice(0, cut), ...rest].map(({ bytes }) => bytes));
      expect(whole.equals(output)).toBe(true);
    }
  });
});
