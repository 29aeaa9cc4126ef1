import { expect, it } from 'vitest';
import { lazyProperty } from '../src/ports/lazy-property.ts';

const withScript = lazyProperty('script');

it('a lazy property is made once, when it is first asked for, and for each object its own', () => {
  let made = 0;
  const objects = ['a', 'b'].map((key) =>
    withScript({ key }, () => {
      made++;
      return `${key}!`;
    }),
  );
  expect(made).toBe(0);
  expect(objects.map(({ script }) => script)).toEqual(['a!', 'b!']);
  expect(objects.map(({ script }) => script)).toEqual(['a!', 'b!']);
  expect(made).toBe(2);
});

it('a copy of an object has its lazy properties too', () => {
  expect({ ...withScript({ key: 'a' }, () => 1) }).toEqual({ key: 'a', script: 1 });
});
