import type { Principal } from '../../access/principal.ts';
import type { KeyRing } from '../../access/vault/key-ring.ts';
import { unseal } from '../../access/vault/seal.ts';
import { resealAll, ringOf, type SealedDocument, sealedKinds } from '../../access/vault/vault.ts';
import type { DocumentKind } from '../../domain/document.ts';
import { isRunyardError, RunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';
import type { Store } from '../../ports/store.ts';
import { auditChange } from '../audit/audit-change.ts';
import { mayDo } from '../guard.ts';
import type { Rotation, RotationOptions } from './api.ts';
import { replaceLostKeys } from './replace-lost-keys.ts';
import type { VaultServices } from './vault-services.ts';

/** Encrypts every value with the current key, page by page. What is killed halfway is done again: what was encrypted anew stays so. */
export const rotateKeys = async (
  services: VaultServices,
  { replaceLostKeys: isReplacing = false }: RotationOptions,
): Promise<Rotation> => {
  const { context, principal, vault } = services;
  mayDo(principal, 'secret.rotate');
  const ring = ringOf(vault.ring);
  const found: Found = { resealed: 0, keys: new Map(), unreadable: [] };
  if (isReplacing)
    for await (const documents of pagesOf(context.store, 'key')) await replaceLostKeys(services, documents);
  for (const kind of sealedKinds)
    for await (const documents of pagesOf(context.store, kind))
      await resealPage(context.store, ring, { documents, found });
  const keys = [...found.keys].map(([id, values]) => ({ id, values }));
  const rotation = { resealed: found.resealed, keys, unreadable: found.unreadable };
  await record(context, principal, { ring, rotation });
  return rotation;
};

interface Found {
  resealed: number;
  keys: Map<string, number>;
  unreadable: Rotation['unreadable'];
}

// Few at a time: a value may have 128 KiB, and nothing else happens in this process while one is opened.
const pageSize = 20;
const mostUnreadable = 100;

async function* pagesOf(store: Store, kind: DocumentKind): AsyncGenerator<SealedDocument[]> {
  for (let after: string | undefined; ; ) {
    const page = await store.documents({ kind, limit: pageSize, ...(after !== undefined && { after }) });
    yield page.items.filter(isSealed);
    if (page.next === undefined) return;
    after = page.next;
  }
}

const isSealed = (document: { data: unknown }): document is SealedDocument =>
  typeof document.data === 'object' && document.data !== null && 'sealed' in document.data;

// One that somebody changes meanwhile is looked at again: it may be encrypted with any key.
const resealPage = async (
  store: Store,
  ring: KeyRing,
  { documents, found }: { documents: readonly SealedDocument[]; found: Found },
): Promise<void> => {
  for (let left = documents; left.length > 0; ) {
    const old = left.filter(({ data }) => data.sealed.key !== ring.current.id);
    for (const { data } of left) if (!old.some((other) => other.data === data)) count(found, data.sealed.key);
    const opened = old.flatMap((document) => openedOf(ring, document, found));
    const done = opened.length > 0 ? await resealAll(store, ring, opened) : [];
    for (const isDone of done) if (isDone) count(found, ring.current.id);
    found.resealed += done.filter((isDone) => isDone).length;
    const lost = opened.filter((_, i) => !done[i]).map(({ document }) => store.document(document.kind, document.id));
    left = (await Promise.all(lost)).flatMap((document) => (document && isSealed(document) ? [document] : []));
  }
};

const openedOf = (
  ring: KeyRing,
  document: SealedDocument,
  { keys, unreadable }: Found,
): { document: SealedDocument; value: string }[] => {
  try {
    return [{ document, value: unseal(ring, document, document.data.sealed) }];
  } catch (error) {
    if (!isRunyardError(error)) throw error;
    const { kind, id, owner, name, data } = document;
    keys.set(data.sealed.key, (keys.get(data.sealed.key) ?? 0) + 1);
    const { code, message: sentence } = error;
    if (unreadable.length < mostUnreadable) unreadable.push({ kind, id, owner, name, code, sentence });
    return [];
  }
};

const count = ({ keys }: Found, id: string): void => void keys.set(id, (keys.get(id) ?? 0) + 1);

const record = async (
  context: EngineContext,
  principal: Principal,
  { ring, rotation }: { ring: KeyRing; rotation: Rotation },
): Promise<void> => {
  const { id } = ring.current;
  const details = { resealed: rotation.resealed, unreadable: rotation.unreadable.length };
  const subject = { kind: 'key', id, name: id };
  const deed = { action: 'key.rotated', subject, owner: '', details };
  const [result] = await context.store.commit([[auditChange(context, principal, deed)]]);
  if (!result?.ok) throw new RunyardError('internal', 'The rotation was done, but its audit entry was not written.');
};
