import { expect, it } from 'vitest';
import { newGuesses } from '../src/access/directory/guesses.ts';

const counted = () => {
  const clock = { now: 0 };
  const told: string[] = [];
  const guesses = newGuesses(
    () => clock.now,
    (source) => told.push(source),
  );
  let made = 0;
  // Each begins otherwise, so that only the address counts.
  const from = (address: string | null) =>
    guesses.missed({ address, token: `ryd_${String(made++).padStart(8, '0')}xyz` });
  return { clock, told, guesses, from };
};

it('ten in a minute are free, and those before are forgotten after it', () => {
  const { clock, from, told } = counted();
  for (let i = 0; i < 10; i++) expect(from('192.0.2.1')).toBe(0);
  clock.now += 60_000;
  for (let i = 0; i < 10; i++) expect(from('192.0.2.1')).toBe(0);
  expect(from('192.0.2.1')).toBe(1_000);
  expect(told).toEqual(['192.0.2.1']);
});

it('the wait doubles up to a minute, and starts anew after a minute of peace behind it', () => {
  const { clock, from } = counted();
  for (let i = 0; i < 10; i++) from('192.0.2.1');
  const waits = Array.from({ length: 8 }, () => from('192.0.2.1'));
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60].map((s) => s * 1000));
  clock.now += 60_000 + 59_999;
  expect(from('192.0.2.1')).toBe(60_000);
  clock.now += 60_000 + 60_000;
  expect(from('192.0.2.1')).toBe(0);
});

it('addresses of version 6 are counted by their network, and those of version 4 are the same in either way of writing', () => {
  const { from } = counted();
  for (let i = 1; i <= 10; i++) expect(from(`2001:db8:1:2::${i}`)).toBe(0);
  expect(from('2001:db8:1:2:aaaa:bbbb:cccc:dddd')).toBe(1_000);
  expect(from('2001:db8:1:3::1')).toBe(0);
  for (let i = 0; i < 10; i++) from('::ffff:192.0.2.9');
  expect(from('192.0.2.9')).toBe(1_000);
  for (let i = 0; i < 10; i++) from('::1');
  expect(from('::2')).toBe(1_000);
});

it('however many addresses guess, only so many are remembered, and they are those that were heard of last', () => {
  const { from } = counted();
  for (let i = 0; i < 10; i++) from('192.0.2.1');
  for (let i = 0; i < 9_999; i++) from(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
  expect(from('192.0.2.1')).toBe(1_000);
  for (let i = 0; i < 10_000; i++) from(`11.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
  expect(from('192.0.2.1')).toBe(0);
});

it('where nobody knows the address, and the token is none of ours, nothing is counted', () => {
  const { guesses } = counted();
  for (let i = 0; i < 20; i++) expect(guesses.missed({ address: null, token: 'anything' })).toBe(0);
});
