import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import type { TokenDocument } from './data.ts';

const atMostEveryMs = 60_000;

/** Notes that a token was used, at most once a minute. Nobody waits for it, and what cannot be noted now is noted at a later use. */
export const newUseNotes = ({ store, clock }: { store: Store; clock: Clock }): ((document: TokenDocument) => void) => {
  const writing = new Set<string>();
  return (document) => {
    const { id, revision, data } = document;
    const now = clock.now();
    const isRecent = data.lastUsedAt !== null && Math.abs(now - data.lastUsedAt) < atMostEveryMs;
    if (isRecent || writing.has(id)) return;
    writing.add(id);
    const used = { ...document, revision: revision + 1, data: { ...data, lastUsedAt: now } };
    // Somebody may have rotated or revoked it meanwhile: then there is nothing to note.
    store
      .commit([[{ kind: 'document.update', document: used, expectRevision: revision }]])
      .catch(() => {})
      .finally(() => writing.delete(id));
  };
};
