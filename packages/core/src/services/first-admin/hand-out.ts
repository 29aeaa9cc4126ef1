import { readFile, rename, writeFile } from 'node:fs/promises';
import { nobody, type TokenData, type TokenDocument, type UserDocument } from '../../access/directory/data.ts';
import { systemPrincipal } from '../../access/principal.ts';
import { hashOfToken, newTokenText } from '../../access/token-text.ts';
import type { EngineContext } from '../../engine/context.ts';
import type { Change } from '../../ports/store.ts';
import { makeDocument } from '../documents/write-document.ts';

/**
 * A one-time token in its file, mode 0600. One that lies there and is good stays. The store comes first: a file that was not written is made up for at
 * the next start, by a token that takes the place of this one.
 */
export const handOut = async (
  context: EngineContext,
  { admin, file, place }: { admin: UserDocument; file: string; place: string },
): Promise<void> => {
  if (await isGood(context, file, admin)) return;
  const { store } = context;
  const name = `first admin, at ${place}`;
  const before = await store.documentByName('token', nobody, name);
  const replaced: Change[] = before ? [{ kind: 'document.remove', documentKind: 'token', id: before.id }] : [];
  const token = newTokenText('ryd_');
  const data: TokenData = {
    name: 'first admin',
    userId: admin.id,
    scopes: null,
    jobId: null,
    expiresAt: null,
    lastUsedAt: null,
    replacedBy: null,
    oneTime: true,
  };
  await makeDocument(context, systemPrincipal, {
    given: { kind: 'token', owner: nobody, name, lookup: hashOfToken(token), data },
    told: { deed: 'minted', details: { oneTime: true, user: admin.id }, with: replaced },
  });
  const half = `${file}.new`;
  await writeFile(half, `${token}\n`, { mode: 0o600 });
  await rename(half, file);
};

const isGood = async ({ store }: EngineContext, file: string, admin: UserDocument): Promise<boolean> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text.trim() === '') return false;
  const document = (await store.documentByLookup('token', hashOfToken(text.trim()))) as TokenDocument | null;
  return document?.data.oneTime === true && document.data.userId === admin.id;
};
