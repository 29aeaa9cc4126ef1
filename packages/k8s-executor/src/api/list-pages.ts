import type { Api } from './api.ts';
import type { List } from './objects.ts';
import { isRefusal } from './refusal.ts';

export interface ListOptions<T> {
  api: Api;
  path: string;
  labelSelector?: string | undefined;
  signal: AbortSignal;
  /** It begins, also once more: forget what was seen. Given the version that all of it is of. */
  onBegin(version: string): void;
  onItems(items: readonly T[]): void;
}

/** All objects at one version. */
export const listAll = async <T>(
  options: Pick<ListOptions<T>, 'api' | 'path' | 'labelSelector' | 'signal'>,
): Promise<T[]> => {
  let all: T[] = [];
  await listPages<T>({
    ...options,
    onBegin() {
      all = [];
    },
    onItems(items) {
      for (const item of items) all.push(item);
    },
  });
  return all;
};

/** All objects at one version, page by page, so that none is long to read; gives the version. Where a page comes too late it begins anew. */
export const listPages = async <T>(options: ListOptions<T>): Promise<string> => {
  for (let expired = 0; ; expired++) {
    try {
      return await pages(options, expired < mostExpired ? pageSize : undefined);
    } catch (error) {
      if (!isRefusal(error, 410) || expired >= mostExpired) throw error;
    }
  }
};

// Read and put away in some 5 ms.
const pageSize = 150;

// After so many, all is asked for at once: that cannot expire.
const mostExpired = 3;

const pages = async <T>(options: ListOptions<T>, limit: number | undefined): Promise<string> => {
  const { api, path, labelSelector, signal, onBegin, onItems } = options;
  let version: string | undefined;
  for (let next: string | undefined; ; ) {
    const query = { labelSelector, limit, continue: next };
    const { items, metadata } = await api.ask<List<T>>({ method: 'GET', path, query, signal });
    if (version === undefined) {
      version = metadata.resourceVersion;
      onBegin(version);
    }
    onItems(items ?? []);
    next = metadata.continue || undefined;
    if (next === undefined) return version;
  }
};
