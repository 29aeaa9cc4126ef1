import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { errorCodes } from '../../packages/core/src/domain/errors.ts';
import { statusOf } from '../../packages/core/src/http/problem.ts';
import { endReasons } from './support/end-reasons.ts';

const page = await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const [errors = '', reasons = ''] = page.split('\n## Why a run ended\n');

it('lists exactly the error codes that there are, each once with its status, its meaning and what to do', () => {
  const rows = [...errors.matchAll(/^\| <a id="([a-z-]+)"><\/a>`([a-z-]+)` \| (\d+) \| (.+?) \| (.+) \|$/gm)];
  expect(rows.map(([, anchor]) => anchor)).toEqual(rows.map(([, , code]) => code));
  const listed = rows.map(([, , code = '', status, meaning]) => [code, Number(status), meaning]);
  const wanted = Object.entries(errorCodes).map(([code, meaning]) => [code, statusOf[code as never], meaning]);
  expect(listed.sort()).toEqual(wanted.sort());
});

it('lists exactly the reasons with which the sources let a run end, each once', () => {
  const rows = [...reasons.matchAll(/^\| `([a-z-]+)` \| /gm)].map(([, reason = '']) => reason);
  expect(rows.sort()).toEqual(endReasons());
});
