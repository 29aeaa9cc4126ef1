import type { Page, PageQuery } from '../../ports/store.ts';
import type { Bench } from './bench.ts';

type List = (query: PageQuery) => Promise<Page<{ id: string }>>;

/** Pages of three of these seven, which the list has in this order: forwards and backwards, newest first and last. */
export const pagesBothWays = async ({ expect }: Bench, list: List, seven: readonly string[]): Promise<void> => {
  for (const descending of [false, true]) {
    const wanted = descending ? seven.toReversed() : seven;
    const page = (query: Partial<PageQuery>) => list({ limit: 3, descending, ...query });
    const forward = await walk(page, 'next', {});
    expect(forward.map(ids)).toEqual([wanted.slice(0, 3), wanted.slice(3, 6), wanted.slice(6)]);
    expect([forward[0]?.previous, forward[2]?.next]).toEqual([undefined, undefined]);
    const backward = await walk(page, 'previous', { after: forward[1]?.next as string });
    expect(backward.map(ids)).toEqual([wanted.slice(6), wanted.slice(3, 6), wanted.slice(0, 3)]);
  }
};

export const numbers = (length: number): number[] => Array.from({ length }, (_, n) => n);

export const ids = (page: Page<{ id: string }> | undefined): string[] => (page?.items ?? []).map((item) => item.id);

// Every page from the first one on, in one direction.
const walk = async (
  page: (query: Partial<PageQuery>) => ReturnType<List>,
  direction: 'next' | 'previous',
  start: Partial<PageQuery>,
) => {
  const pages = [await page(start)];
  for (let key = pages[0]?.[direction]; key !== undefined; key = pages.at(-1)?.[direction]) {
    pages.push(await page(direction === 'next' ? { after: key } : { before: key }));
    if (pages.length > 20) throw new Error('The pages do not end.');
  }
  return pages;
};
