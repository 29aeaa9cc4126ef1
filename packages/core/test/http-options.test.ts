import { expect, it } from 'vitest';
import { createHttpApp } from '../src/http/create-http-app.ts';
import type { HttpAppOptions } from '../src/http/http-app.ts';
import { httpHost } from './support/http-host.ts';

it.each<[string, object, string]>([
  ['keepAliveMs', { keepAliveMs: 0 }, '`keepAliveMs` is not valid: expected at least 1, received 0.'],
  ['recheckMs', { recheckMs: '60s' }, '`recheckMs` is not valid: expected a number, received "60s".'],
  ['bodyTimeoutMs', { bodyTimeoutMs: 1.5 }, '`bodyTimeoutMs` is not valid: expected a whole number, received 1.5.'],
  [
    'bodyStallMs',
    { bodyStallMs: 2 ** 31 },
    '`bodyStallMs` is not valid: expected at most 2147483647, received 2147483648.',
  ],
  ['readerStallMs', { readerStallMs: null }, '`readerStallMs` is not valid: expected a number, received null.'],
  ['saturn', { saturn: 'no' }, '`saturn` is not valid: expected true or false, received "no".'],
  ['basePath', { basePath: 7 }, '`basePath` is not valid: expected a text, received 7.'],
  [
    'basePath',
    { basePath: '/a b' },
    '`basePath`: "/a b" is no plain path. Write it as "/ops/api", without parameters, wildcards or blanks.',
  ],
  ['authenticate', { authenticate: {} }, '`authenticate` is not valid: expected a function, received {}.'],
  ['keepaliveMs', { keepaliveMs: 5 }, '`keepaliveMs` is not a known field. Did you mean `keepAliveMs`?'],
])('an option %s of the API that is not as it has to be is refused with a sentence', async (field, given, message) => {
  await using host = await httpHost();
  const make = () => createHttpApp(host.runyard, given as HttpAppOptions);
  expect(make).toThrow(expect.objectContaining({ code: 'invalid-option', field, message }));
});
