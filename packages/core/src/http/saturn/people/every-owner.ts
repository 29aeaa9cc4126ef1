import { RunyardError } from '../../../domain/errors.ts';
import type { Page } from '../../../ports/store.ts';
import type { Services } from '../../../services/api.ts';
import type { PagingQuery } from '../../answers/page-answer.ts';

type Kind = 'user' | 'group';

/** So often a page is read on for names that fit; then it is answered as it is, with the key of the next. */
const reads = 100;

/** Users, and groups behind them, whose name has this part: `user:<id>`, `group:<id>`. Only forwards: the keys tell in which of both lists they are. */
export const everyOwner = async (
  services: Services,
  { name = '', page_size: size = 100, next_key: key, descending = false }: PagingQuery & { name?: string | undefined },
): Promise<{ items: string[]; next?: string }> => {
  const part = name.toLowerCase();
  const items: string[] = [];
  let { kind, after } = readKey(key);
  for (let read = 1; ; read++) {
    const limit = size - items.length;
    const page: Page<{ id: string; name: string }> = await services[`${kind}s`].list({
      limit,
      descending,
      ...(after !== '' && { after }),
    });
    for (const each of page.items) if (each.name.toLowerCase().includes(part)) items.push(`${kind}:${each.id}`);
    if (page.next === undefined && kind === 'group') return { items };
    [kind, after] = page.next === undefined ? ['group', ''] : [kind, page.next];
    if (items.length === size || read === reads) return { items, next: `${kind}.${after}` };
  }
};

const readKey = (key = 'user.'): { kind: Kind; after: string } => {
  const [, kind, after = ''] = /^(user|group)\.(.*)$/s.exec(key) ?? [];
  if (kind === 'user' || kind === 'group') return { kind, after };
  throw new RunyardError('invalid-request', '`next_key` is not a key of this list.', {
    field: 'next_key',
    received: key,
  });
};
