import { expect, it } from 'vitest';
import { sharedReads } from '../src/engine/notices/shared-reads.ts';

it('whoever asks while it is being read gets what was there when he asked, and shares that with all who do', async () => {
  const reads = sharedReads<number>();
  const answers: ((value: number) => void)[] = [];
  const read = () => new Promise<number>((resolve) => answers.push(resolve));
  const first = reads.ask('job', read);
  const later = [reads.ask('job', read), reads.ask('job', read), reads.ask('job', read)];
  const other = reads.ask('another job', read);
  expect(answers).toHaveLength(2);
  answers[0]?.(1);
  answers[1]?.(9);
  expect(await Promise.all([first, other])).toEqual([1, 9]);
  await expect.poll(() => answers.length).toBe(3);
  answers[2]?.(2);
  expect(await Promise.all(later)).toEqual([2, 2, 2]);
  const last = reads.ask('job', read);
  answers[3]?.(3);
  expect(await last).toBe(3);
});

it('a reading that fails is told to those who share it, and the next begins anew', async () => {
  const reads = sharedReads<number>();
  const outcomes = [() => Promise.reject(new Error('away')), () => Promise.resolve(2), () => Promise.resolve(3)];
  const read = () => (outcomes.shift() ?? (() => Promise.resolve(0)))();
  const [first, second] = [reads.ask('job', read), reads.ask('job', read)];
  await expect(first).rejects.toThrow('away');
  expect(await second).toBe(2);
  expect(await reads.ask('job', read)).toBe(3);
});
