import fc from 'fast-check';

/** Values that are hardly ever right, whatever is asked for. */
export const oddValues: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  null,
  true,
  -1,
  0.5,
  1e308,
  -1e308,
  2 ** 53,
  Number.MIN_VALUE,
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\ufeff',
  'a\r\nX-Injected: 1',
  '../../../etc/passwd',
  '..\\..\\windows',
  '__proto__',
  'constructor',
  '$' + '{7*7}',
  "'; DROP TABLE jobs; --",
  'x'.repeat(300),
  'x'.repeat(70_000),
  '\u202e\u0301'.repeat(50),
  '9'.repeat(400),
  '2026-13-45T99:99:99Z',
  [],
  {},
  [[[[[]]]]],
  { toString: 1, valueOf: null, hasOwnProperty: 2, toJSON: 3 },
  { length: 1e9 },
  Array.from({ length: 2000 }, (_, i) => i),
  Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`field_${i}`, i])),
  nested(40),
);

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let i = 0; i < depth; i++) value = { x: [value] };
  return value;
}

/** Bodies as texts that no JSON library would write. */
export const oddTexts: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '{',
    ']',
    'null',
    'true',
    '0',
    '"text"',
    'NaN',
    'undefined',
    '{"name":"x",}',
    '{"name":"x"}}',
    "{'name':'x'}",
    '{"name":1e999}',
    `{"retries":${'9'.repeat(500)}}`,
    '{"name":"a","name":"b","command":["noop"]}',
    '{"__proto__":{"polluted":1},"name":"x","command":["noop"]}',
    '{"name":"x","command":["noop"],"tags":{"__proto__":"x"}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"environment_variables":{"__proto__":"x","constructor":"y"},"name":"x","command":["noop"]}',
    '{"name":"\\ud800","command":["noop"]}',
    '{"name":"\\u0000","command":["noop"]}',
    '\ufeff{"name":"x"}',
    '[{}]',
    '[]',
    `${'['.repeat(100_000)}`,
    `${'[{"a":'.repeat(20_000)}`,
    `${'['.repeat(70)}${']'.repeat(70)}`,
    `{"${'k'.repeat(200_000)}":1}`,
    'name=x&command=y',
    '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--',
  ),
  fc.string({ maxLength: 60, unit: 'binary' }),
);

export const oddBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc
    .constantFrom(
      [0x22, 0xff, 0x22],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xfe, 0xff, 0, 0x7b],
      [0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d],
      [0x1f, 0x8b, 8, 0, 0, 0, 0, 0],
    )
    .map((bytes) => Uint8Array.from(bytes)),
);

/** Texts for queries, as they stand in an address. */
export const oddQueryTexts = fc.constantFrom(
  '-1',
  '0',
  '-99999999999',
  '99999999999999999999',
  '1e3',
  '0x10',
  '%00',
  '%ff',
  '%',
  '%zz',
  '%0d%0aX-Injected:1',
  '..%2f..%2fetc',
  '__proto__',
  '%F0%9F%92%A9',
  "'%20OR%201=1--",
  'x'.repeat(5_000),
  '',
  '+',
  '[]',
  'null',
);

/** What stands in a path where an id does. */
export const oddIds = fc.constantFrom(
  'nonsense',
  '0'.repeat(32),
  'F'.repeat(32),
  `${'0'.repeat(31)}g`,
  '..',
  '.',
  '%2e%2e',
  '..%2f..%2f..%2fetc%2fpasswd',
  '..%5c..%5c',
  '%00',
  `${'0'.repeat(32)}%00`,
  '%0d%0aX-Injected:1',
  '%ff',
  '%',
  '%zz',
  '__proto__',
  'constructor',
  'x'.repeat(6_000),
  ';',
  '*',
  ':job_id',
  '{job_id}',
  '%E2%80%AE',
);
