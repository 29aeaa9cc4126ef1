import { follow } from './follow.ts';
import { noLonger } from './no-longer.ts';

/** Takes one item. While what it returns is pending, it is given no other. */
export type Take<T> = (item: T) => Promise<void> | void;

/** Gives each item to `take`, and resolves behind the last one. Rejects with what it failed by, and with the signal's reason. */
export type Push<T> = (take: Take<T>, signal?: AbortSignal) => Promise<void>;

const pushes = new WeakMap<AsyncIterable<unknown>, Push<unknown>>();

/**
 * Items that come by a push, for whoever wants to ask for them one by one. `each` goes around the asking, which costs several promises for an item: much
 * where a thousand follow the same.
 */
export const pulled = <T>(push: Push<T>): AsyncGenerator<T> => {
  const items = oneByOne(push);
  pushes.set(items, push as Push<unknown>);
  return items;
};

/** Gives each item to `take`, as it comes, and resolves behind the last one. */
export const each = async <T>(items: AsyncIterable<T>, take: Take<T>): Promise<void> => {
  const push = pushes.get(items) as Push<T> | undefined;
  if (push) return push(take);
  for await (const item of items) {
    const taking = take(item);
    if (taking) await taking;
  }
};

async function* oneByOne<T>(push: Push<T>): AsyncGenerator<T> {
  const over = follow();
  let given = Promise.withResolvers<{ item: T } | null>();
  let taken = Promise.withResolvers<void>();
  const take: Take<T> = (item) => {
    given.resolve({ item });
    return taken.promise;
  };
  const fail = (error: unknown): void => {
    given.reject(error);
    // Nobody asks for more once he has left.
    given.promise.catch(() => undefined);
  };
  push(take, over.signal).then(() => given.resolve(null), fail);
  try {
    for (;;) {
      const next = await given.promise;
      if (!next) return;
      given = Promise.withResolvers();
      yield next.item;
      taken.resolve();
      taken = Promise.withResolvers();
    }
  } finally {
    over.end(noLonger);
    taken.resolve();
  }
}
