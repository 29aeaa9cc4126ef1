import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineSplitter } from '../src/engine/line-splitter.ts';
import { masker } from '../src/engine/masking/masker.ts';
import type { LogStream } from '../src/ports/log-store.ts';

type Writer = (value: string) => string;

// As programs write a value, each by a library of its own and none by ours.
const writers: Record<string, Writer> = {
  plain: (value) => value,
  json: (value) => JSON.stringify({ value }),
  pretty: (value) => JSON.stringify([{ value }], null, 2),
  component: encodeURIComponent,
  form: (value) => new URLSearchParams([['a', value]]).toString(),
  smallDigits: (value) => encodeURIComponent(value).replaceAll(/%../g, (digits) => digits.toLowerCase()),
  hex: (value) => Buffer.from(value).toString('hex'),
  capitalHex: (value) => Buffer.from(value).toString('hex').toUpperCase(),
  base64: (value) => Buffer.from(value).toString('base64'),
  base64url: (value) => Buffer.from(value).toString('base64url'),
  wrapped: (value) => inLines(Buffer.from(value).toString('base64'), 76),
  wrappedHex: (value) => inLines(Buffer.from(value).toString('hex'), 60),
};

const inLines = (text: string, length: number): string => text.replaceAll(new RegExp(`.{${length}}`, 'g'), '$&\n');

const anyText = fc.string({ unit: fc.constantFrom(...'abcXYZ019 -_+/=.,:;\'"\\$`&<>%{}\téß€😀'), maxLength: 60 });
const value = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 4, maxLength: 40 }),
  fc.string({ unit: 'binary', minLength: 4, maxLength: 40 }).filter((text) => text.isWellFormed()),
  fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 4, maxLength: 300 }),
  fc.uint8Array({ minLength: 4, maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  anyText,
  fc.array(anyText, { minLength: 2, maxLength: 5 }).map((lines) => lines.join('\n')),
  fc.array(anyText, { minLength: 2, maxLength: 5 }).map((lines) => `${lines.join('\r\n')}\r\n`),
);

const isWorthIt = (text: string): boolean => text.length >= 4;
const linesOf = (text: string): string[] =>
  text
    .split(/\r\n|[\r\n]/)
    .map((line) => line.trim())
    .filter(isWorthIt);

interface Part {
  before: string;
  writer: string;
  which: number;
  around: string;
  end: string;
  stream: LogStream;
}

const part: fc.Arbitrary<Part> = fc.record({
  before: anyText,
  writer: fc.constantFrom(...Object.keys(writers)),
  which: fc.nat(2),
  around: fc.constantFrom('', 'u:', 'user:', '{"a":"b"}'),
  end: fc.constantFrom('\n', '', ' ', '\r\n', '\n\n'),
  stream: fc.constantFrom('stdout', 'stderr'),
});

const cuts = fc.array(fc.nat(1000), { maxLength: 8 });

/** Every way in which a line of a value may be seen in a text. */
const shows = (text: string, line: string): boolean => {
  const direct = [line, JSON.stringify(line).slice(1, -1), encodeURIComponent(line)];
  const form = new URLSearchParams([['a', line]]).toString().slice(2);
  const percent = [direct[2] ?? '', form].flatMap((url) => [url, url.replaceAll(/%../g, (hex) => hex.toLowerCase())]);
  if ([...direct, ...percent].some((written) => text.includes(written))) return true;
  const unbroken = text.replaceAll(/\r?\n/g, '');
  const hex = Buffer.from(line).toString('hex');
  if (unbroken.includes(hex) || unbroken.includes(hex.toUpperCase())) return true;
  const bytes = Buffer.from(line);
  return (unbroken.match(/[A-Za-z0-9+/_-]{5,}/g) ?? []).some((run) =>
    [0, 1, 2, 3].some((offset) => Buffer.from(run.slice(offset), 'base64').includes(bytes)),
  );
};

it('a value never shows in what passes, whatever it is, however it is written and however it comes in chunks', () => {
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 3 }),
      fc.array(fc.tuple(part, cuts), { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      (values, parts, impatient) => {
        const mask = masker();
        mask.add(values);
        const masking = mask.stream();
        const splitter = lineSplitter({ after: undefined, skip: 0 });
        const shown = { stdout: '', stderr: '', output: '', phase: '' };
        const given = { stdout: '', stderr: '', output: '', phase: '' };
        const show = (entries: { stream: LogStream; text: string }[]): void => {
          for (const { stream, text } of entries) shown[stream] += text;
        };
        const pass = (lines: ReturnType<typeof splitter.push>): void => {
          for (const { stream, bytes } of lines)
            show(masking.push({ at: 0, stream, text: Buffer.from(bytes).toString('utf8') }));
          if (impatient) show(masking.letGo());
        };
        for (const [{ before, writer, which, around, end, stream }, offsets] of parts) {
          const secret = `${around}${values[which % values.length] ?? ''}${around}`;
          const text = `${before}${writers[writer]?.(secret) ?? ''}${end}`;
          given[stream] += text;
          const bytes = Buffer.from(text);
          const ends = [...offsets.map((offset) => offset % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
          for (const [i, at] of ends.entries())
            pass(
              splitter.push({
                cursor: String(i),
                stream: stream as 'stdout',
                bytes: bytes.subarray(ends[i - 1] ?? 0, at),
              }),
            );
        }
        pass(splitter.flush());
        show(masking.letGo());
        for (const line of values.flatMap(linesOf))
          for (const stream of ['stdout', 'stderr'] as const)
            if (!/^[*]+$/.test(line))
              expect({ line, shown: shows(shown[stream], line) && shown[stream] }).toEqual({ line, shown: false });
        // And nothing else is lost: what is left stands in what was given, in that order.
        for (const stream of ['stdout', 'stderr'] as const) expectInOrder(shown[stream], given[stream]);
      },
    ),
    { numRuns: Number(process.env.MASKING_RUNS ?? 3000) },
  );
});

const expectInOrder = (masked: string, text: string): void => {
  let at = 0;
  for (const left of masked.split('***')) {
    const found = text.indexOf(left, at);
    expect(
      found,
      `${JSON.stringify(left)} of ${JSON.stringify(masked)} in ${JSON.stringify(text)}`,
    ).toBeGreaterThanOrEqual(0);
    at = found + left.length;
  }
};
