export interface Gathering<In> {
  /** Items of one call at most. */
  most: number;
  /** Items of the same name never share a call. */
  name(item: In): string;
  /** No more join a call once its items weigh this much together. */
  weight?: { of(item: In): number; most: number };
}

/** Gathers what is asked for while a call is under way into the next one: `call` answers for each item, in order. */
export const gathered = <In, Out>(
  call: (items: In[]) => Promise<Out[]>,
  gathering: Gathering<In>,
): ((item: In) => Promise<Out>) => {
  let waiting: Waiting<In, Out>[] = [];
  let working = false;

  const work = async (): Promise<void> => {
    working = true;
    while (waiting.length > 0) {
      const { taken, left } = take(waiting, gathering);
      waiting = left;
      try {
        const answers = await call(taken.map(({ item }) => item));
        for (const [index, { resolve }] of taken.entries()) resolve(answers[index]!);
      } catch (error) {
        for (const { reject } of taken) reject(error);
      }
    }
    working = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // In the next turn, so that what is asked for in this one comes along.
      if (!working) {
        working = true;
        setImmediate(() => void work());
      }
    });
};

interface Waiting<In, Out> {
  item: In;
  resolve(answer: Out): void;
  reject(cause: unknown): void;
}

const take = <In, Out>(
  waiting: readonly Waiting<In, Out>[],
  { most, name, weight }: Gathering<In>,
): { taken: Waiting<In, Out>[]; left: Waiting<In, Out>[] } => {
  const names = new Set<string>();
  const taken: Waiting<In, Out>[] = [];
  const left: Waiting<In, Out>[] = [];
  let weighed = 0;
  for (const each of waiting) {
    const full = taken.length === most || (weight !== undefined && weighed >= weight.most);
    if (full || names.has(name(each.item))) {
      left.push(each);
      continue;
    }
    names.add(name(each.item));
    taken.push(each);
    weighed += weight?.of(each.item) ?? 0;
  }
  return { taken, left };
};
