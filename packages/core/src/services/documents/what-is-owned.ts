import type { DocumentKind } from '../../domain/document.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';
import { wordsOf } from './kinds.ts';

/** What keeps an owner from being removed, besides jobs. */
export const ownedKinds = ['secret', 'git-credential', 'webhook'] as const satisfies DocumentKind[];

/** So many are told by name, and counted. */
const shown = 20;
const counted = 1000;

/** The error that lists what an owner still has, jobs by name and id; null: nothing. */
export const whatIsOwned = async (
  { store }: EngineContext,
  { owner, what }: { owner: string; what: string },
): Promise<RunyardError | null> => {
  const owners = [owner];
  const [jobs, ...others] = await Promise.all([
    store.jobs({ owners, limit: counted }),
    ...ownedKinds.map((kind) => store.documents({ kind, owners, limit: counted })),
  ]);
  const named = jobs.items.slice(0, shown).map(({ id, spec }) => `'${spec.name}' (${id})`);
  const more = jobs.items.length - named.length;
  const moreJobs = more === 0 ? [] : [`${more}${jobs.next === undefined ? '' : ' or more'} other jobs`];
  const counts = others.flatMap(({ items, next }, i) =>
    items.length === 0 ? [] : [numbered(items.length, next !== undefined, wordsOf(ownedKinds[i] ?? 'secret').one)],
  );
  const list = [...(named.length === 0 ? [] : [`the jobs ${named.join(', ')}`]), ...moreJobs, ...counts];
  if (list.length === 0) return null;
  const first = jobs.items[0]?.id ?? others.flatMap(({ items }) => items)[0]?.id;
  return new RunyardError(
    'owner-in-use',
    `The ${what} still owns ${list.join('; ')}. Remove them first; jobs that are to live on are cloned for somebody else before.`,
    { ...(first !== undefined && { id: first }) },
  );
};

const numbered = (count: number, orMore: boolean, one: string): string =>
  `${count}${orMore ? ' or more' : ''} ${one}${count === 1 ? '' : 's'}`;
