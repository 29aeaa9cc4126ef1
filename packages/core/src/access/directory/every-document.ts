import type { StoredDocument } from '../../domain/document.ts';
import type { DocumentQuery, Store } from '../../ports/store.ts';

/** All that a query finds, page by page, in the order in which they were made. */
export async function* everyDocument<Data>(
  store: Store,
  query: Omit<DocumentQuery, 'limit' | 'after' | 'before' | 'descending'>,
): AsyncGenerator<StoredDocument<Data>> {
  for (let after: string | undefined; ; ) {
    const page = await store.documents({ ...query, limit: 1000, ...(after !== undefined && { after }) });
    yield* page.items as StoredDocument<Data>[];
    if (page.next === undefined) return;
    after = page.next;
  }
}
