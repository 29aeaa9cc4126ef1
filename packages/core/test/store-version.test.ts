import { describe, expect, it } from 'vitest';
import { migrations } from '../src/adapters/sqlite-store/migrations/all-migrations.ts';
import { judgeVersion, type Migration, parseVersion } from '../src/domain/store-version.ts';

const expanding: Migration[] = [1, 1, 1].map((worksSince) => ({ step: '', worksSince }));
const contracting: Migration[] = [...expanding, { step: '', worksSince: 3 }];

describe('code that knows some versions of a store', () => {
  it('makes the store where there is none', () => {
    expect(judgeVersion(null, expanding)).toEqual({ kind: 'due', from: 0, to: 3, worksSince: 1 });
  });

  it('migrates an older one, and says for whom it works behind that', () => {
    expect(judgeVersion({ version: 1, worksSince: 1 }, expanding)).toEqual({
      kind: 'due',
      from: 1,
      to: 3,
      worksSince: 1,
    });
    expect(judgeVersion({ version: 3, worksSince: 1 }, contracting)).toMatchObject({
      kind: 'due',
      to: 4,
      worksSince: 3,
    });
  });

  it('works on its own, and on a newer one that says so', () => {
    expect(judgeVersion({ version: 3, worksSince: 1 }, expanding)).toEqual({ kind: 'fits' });
    expect(judgeVersion({ version: 4, worksSince: 3 }, expanding)).toEqual({ kind: 'fits' });
  });

  it('does not touch a newer one that was contracted beyond it', () => {
    expect(judgeVersion({ version: 5, worksSince: 4 }, expanding)).toEqual({ kind: 'too-new' });
  });

  it('takes a store that does not say for whom it works as one of its own version only', () => {
    expect(parseVersion('It', '2', undefined)).toEqual({ version: 2, worksSince: 2 });
    expect(parseVersion('It', undefined, undefined)).toBeNull();
    expect(() => parseVersion('The store', 'two', '1')).toThrow(/does not say which version/);
  });
});

it('each migration of ours works for no older code than the one before it, and for its own', () => {
  for (const [index, { worksSince }] of migrations.entries()) {
    expect(worksSince).toBeGreaterThanOrEqual(migrations[index - 1]?.worksSince ?? 1);
    expect(worksSince).toBeLessThanOrEqual(index + 1);
  }
});
