import { describe, expect, it } from 'vitest';
import { lineSplitter } from '../src/engine/line-splitter.ts';
import { type Masker, masker } from '../src/engine/masking/masker.ts';
import type { NewLogEntry } from '../src/ports/log-store.ts';

const secret = 'Pässw0rd "quoted" & <tagged> $5/month* it\'s~?';
const maskerOf = (...values: string[]): Masker => {
  const mask = masker();
  mask.add(values);
  return mask;
};

type Chunk = string | { stream: 'stdout' | 'stderr'; text: string };

/** What a log shows of output that comes in these chunks. */
const shown = (mask: Masker, chunks: readonly Chunk[]): string => {
  const splitter = lineSplitter({ after: undefined, skip: 0 });
  const masking = mask.stream();
  const through = (lines: ReturnType<typeof splitter.push>): NewLogEntry[] =>
    lines.flatMap(({ stream, bytes }) => masking.push({ at: 0, stream, text: Buffer.from(bytes).toString('utf8') }));
  const entries = chunks.flatMap((chunk, i) => {
    const { stream, text } = typeof chunk === 'string' ? { stream: 'output' as const, text: chunk } : chunk;
    return through(splitter.push({ cursor: String(i), stream, bytes: Buffer.from(text) }));
  });
  return [...entries, ...through(splitter.flush()), ...masking.letGo()].map(({ text }) => text).join('');
};

describe('a value is masked', () => {
  const forms: Record<string, string> = {
    'as it is': secret,
    'in JSON': JSON.stringify({ secret }),
    'in JSON without anything but ASCII': JSON.stringify({ secret }).replaceAll('ä', '\\u00e4'),
    'in JSON inside of JSON': JSON.stringify(JSON.stringify({ secret })),
    'in JSON for HTML': JSON.stringify({ secret })
      .replaceAll('&', '\\u0026')
      .replaceAll('<', '\\u003c')
      .replaceAll('>', '\\u003e')
      .replaceAll("'", '\\u0027'),
    'as a part of a URL': `https://a.example/?key=${encodeURIComponent(secret)}&b`,
    'as a part of a URL with small digits': encodeURIComponent(secret).replaceAll(/%../g, (digits) =>
      digits.toLowerCase(),
    ),
    'as a field of a form': new URLSearchParams({ key: secret }).toString(),
    'as a whole URL': encodeURI(`https://a.example/${secret}`),
    'in hexadecimal': Buffer.from(`a${secret}`).toString('hex'),
    'in capital hexadecimal': Buffer.from(secret).toString('hex').toUpperCase(),
    'in single quotes of a shell': `export KEY='${secret.replaceAll("'", "'\\''")}'`,
    'in double quotes of a shell': `declare -x KEY="${secret.replaceAll(/["$`\\]/g, '\\$&')}"`,
    'in HTML': secret
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;'),
  };
  it.each(Object.entries(forms))('%s', (_, text) => {
    const masked = maskerOf(secret).apply(`before ${text} behind`);
    expect(masked).toMatch(/^before .*\*\*\*.* behind$/);
    expect(masked).not.toMatch(/ssw0rd|tagged|month|7461676765/i);
  });

  it.each([0, 1, 2, 3, 4])('in base64, behind %d other bytes', (before) => {
    const plain = 'the:user:'.slice(0, before);
    for (const encoding of ['base64', 'base64url'] as const) {
      const masked = maskerOf('hunter2~~>>??').apply(Buffer.from(`${plain}hunter2~~>>??:more`).toString(encoding));
      for (const offset of [0, 1, 2, 3])
        expect(Buffer.from(masked.replaceAll('***', '').slice(offset), 'base64').toString('latin1')).not.toMatch(
          /unte|r2~~/,
        );
      expect(masked).toContain('***');
    }
  });

  it('in base64 so that none of its bits is left, also in the characters that it shares with its neighbours', () => {
    for (const before of ['', 'a', 'bc', 'def']) {
      const encoded = Buffer.from(`${before}1234 b`).toString('base64');
      const other = Buffer.from(`${before}qrsx b`).toString('base64');
      expect(maskerOf('1234').apply(encoded)).toBe(maskerOf('qrsx').apply(other));
    }
  });

  it('line by line, where it has several lines', () => {
    const key = '-----BEGIN KEY-----\r\nAAAAB3NzaC1yc2E\n  indented-too\n-----END KEY-----\n';
    const mask = maskerOf(key);
    expect(mask.apply('x AAAAB3NzaC1yc2E y\nindented-too\n')).toBe('x *** y\n***\n');
    expect(mask.apply(JSON.stringify(key))).toBe('"***\\r\\n***\\n  ***\\n***\\n"');
  });

  it('also where a long one is printed only in part', () => {
    const long = Array.from({ length: 40 }, (_, i) => `part-${i}-`).join('');
    expect(maskerOf(long).apply(`x${long.slice(0, 230)}`)).toMatch(/^x\*\*\*.{0,100}$/);
    expect(maskerOf(long).apply(`x${long}y`)).toBe('x***y');
  });

  it('that another begins like, as a whole; and where two lie over one another, both', () => {
    expect(maskerOf('abcd', 'abcd-1234-very-secret').apply('x abcd-1234-very-secret abcd y')).toBe('x *** *** y');
    expect(maskerOf('abcdef', 'defghi').apply('xabcdefghiy')).toBe('x***y');
    expect(maskerOf('abcdefgh', 'cdef').apply('xabcdefghy')).toBe('x***y');
  });

  it('only from four characters on', () => {
    expect(maskerOf('abc', ' abc ', '').apply(' abc ')).toBe(' abc ');
    expect(maskerOf('abcd').apply(' abcd ')).toBe(' *** ');
  });
});

describe('what comes in parts is masked', () => {
  it('split over chunks anywhere', () => {
    for (let at = 1; at < secret.length; at++)
      expect(shown(maskerOf(secret), [`a ${secret.slice(0, at)}`, `${secret.slice(at)} b\n`])).toBe('a *** b\n');
  });

  it('where a line is so long that it is passed on in pieces', () => {
    for (const before of [65_530, 65_536 - secret.length, 65_500]) {
      const text = shown(maskerOf(secret), [`${'x'.repeat(before)}${secret}${'y'.repeat(70_000)}${secret}\n`]);
      expect(text.replaceAll(/x+|y+/g, '')).toMatch(/^\*\*\*(\*\*\*)?\*\*\*\n$/);
    }
  });

  it('where the other stream speaks in between', () => {
    const chunks = [
      { stream: 'stdout', text: `a ${secret.slice(0, 9)}` },
      { stream: 'stderr', text: 'meanwhile\n' },
      { stream: 'stdout', text: `${secret.slice(9)}\n` },
    ] as const;
    expect(shown(maskerOf(secret), chunks)).toBe('a ***meanwhile\n***\n');
  });

  it('where base64 or hexadecimal is broken over lines', () => {
    const value = 'a-rather-long-value-that-nobody-may-see-0123456789';
    for (let before = 0; before < 80; before += 7) {
      const inside = Buffer.from(`${'.'.repeat(before)}${value}${'.'.repeat(30)}`);
      const base64 = (inside.toString('base64').match(/.{1,76}/g) ?? []).join('\n');
      const text = shown(maskerOf(value), [`${base64}\n`, 'end\n']);
      const left = Buffer.from(text.replaceAll(/\*|\n|end/g, ''), 'base64').toString('latin1');
      expect(left).not.toMatch(/rather|value|nobody|012345/);
      const hex = shown(maskerOf(value), [`${(inside.toString('hex').match(/.{1,60}/g) ?? []).join('\r\n')}\n`]);
      expect(hex.replaceAll(/\r\n/g, '').replaceAll('***', '|')).toMatch(/^(2e)*\|+(2e)*\n$/);
    }
  });

  it('as far as it had come, where it does not go on', () => {
    const value = 'a-rather-long-value-that-nobody-may-see-0123456789';
    const half = Buffer.from(value).toString('base64').slice(0, 40);
    expect(shown(maskerOf(value), [`${half}\n`, 'something else\n'])).toBe('***\nsomething else\n');
    expect(shown(maskerOf(value), [`${half}\n`])).toBe('***\n');
    expect(shown(maskerOf(value), [`x ${value.slice(0, 20)}`])).toBe('x ***');
  });

  it('and what only looks like the beginning of one is not held back for long', () => {
    const masking = maskerOf(secret).stream();
    const entry = (text: string, stream: 'stdout' | 'stderr' = 'stdout'): NewLogEntry => ({ at: 0, stream, text });
    expect(masking.push(entry('a line that ends in P\n'))).toHaveLength(1);
    expect(masking.push(entry('a prompt: P'))).toHaveLength(0);
    for (let i = 0; i < 255; i++) expect(masking.push(entry(`${i}\n`, 'stderr'))).toHaveLength(0);
    const passed = masking.push(entry('the last\n', 'stderr'));
    expect(passed).toHaveLength(257);
    expect(passed[0]?.text).toBe('a prompt: ***');
    // What was let go is still remembered.
    expect(masking.push(entry(`${secret.slice(1)} b\n`)).map(({ text }) => text)).toEqual(['*** b\n']);
  });
});

describe('words of others', () => {
  it('are masked where they were cut in the middle of a value', () => {
    const mask = maskerOf('correct-horse-battery');
    expect(mask.sentence('git says: bad token correct-horse-battery.')).toBe('git says: bad token ***.');
    expect(mask.sentence('git says: bad token correct-horse…')).toBe('git says: bad token ***…');
    expect(mask.sentence('It ended. Nobody knows why.')).toBe('It ended. Nobody knows why.');
  });

  it('are masked in errors, in their causes and in what they carry', () => {
    const mask = maskerOf('correct-horse-battery');
    class OwnError extends Error {
      override name = 'OwnError';
      readonly stderr = 'fatal: correct-horse-battery';
      readonly code = 128;
    }
    const cause = new TypeError('bad: correct-horse-battery');
    const error = new OwnError('it says correct-horse-battery', { cause });
    const masked = mask.error(error) as OwnError;
    expect(masked).toBeInstanceOf(OwnError);
    expect(masked).toMatchObject({ name: 'OwnError', message: 'it says ***', stderr: 'fatal: ***', code: 128 });
    expect(masked.stack).not.toContain('battery');
    expect(masked.stack).toContain('masking.test');
    expect(masked.cause).toBeInstanceOf(TypeError);
    expect((masked.cause as Error).message).toBe('bad: ***');
    expect(error.message).toContain('battery');
    expect(mask.error('a text: correct-horse-battery')).toBe('a text: ***');
    expect(String(mask.error({ deep: { down: 'correct-horse-battery' } }))).not.toContain('battery');
    const harmless = new Error('nothing');
    expect(mask.error(harmless)).toBe(harmless);
  });
});
