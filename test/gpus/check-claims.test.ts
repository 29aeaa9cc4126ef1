import { expect, it } from 'vitest';
import { checkClaims } from './check-claims.ts';
import { parseClaims } from './claiming-job.ts';

const devices = [
  { node: 'nvidia0', memoryBytes: 100 },
  { node: 'nvidia1', memoryBytes: 100 },
];
const check = (...lines: string[]): string[] =>
  checkClaims(parseClaims(lines.join('\n')), devices, (key) => (key.startsWith('half') ? 0.5 : 0.1));

it('what is well is let pass', () => {
  expect(check('begin a.1 whole nvidia0', 'begin b.1 whole nvidia1', 'end a.1', 'begin c.1 whole nvidia0')).toEqual([]);
  expect(check('begin a.1 50 nvidia0', 'begin b.1 50 nvidia0', 'end a.1', 'begin c.1 50 nvidia0')).toEqual([]);
});

it('more parts of a device than there are is found', () => {
  expect(check('begin half1.1 1 nvidia0', 'begin half2.1 1 nvidia0')).toEqual([]);
  expect(check('begin half1.1 1 nvidia0', 'begin half2.1 1 nvidia0', 'begin c.1 1 nvidia0')).toHaveLength(1);
});

it('two on one device, too much memory, a device that is none, and a claim that was there are found', () => {
  expect(check('begin a.1 whole nvidia0', 'begin b.1 whole nvidia0')).toHaveLength(1);
  expect(check('begin a.1 10 nvidia0', 'begin b.1 whole nvidia0')).toHaveLength(1);
  expect(check('begin a.1 60 nvidia0', 'begin b.1 60 nvidia0')).toHaveLength(1);
  expect(check('begin a.1 whole nvidia9')).toHaveLength(1);
  expect(check('violation a.1 nvidia0')).toHaveLength(1);
});
