import type { TokenData, TokenDocument } from '../../access/directory/data.ts';
import type { Principal } from '../../access/principal.ts';
import type { StoredDocument } from '../../domain/document.ts';
import { parseWith } from '../../domain/job/parse-with.ts';
import type { EngineContext } from '../../engine/context.ts';
import { directoryOnly } from '../directory-only.ts';
import { documentFor } from '../documents/document-for.ts';
import { dropDocument } from '../documents/write-document.ts';
import { isId, mayDo } from '../guard.ts';
import { pageQuery } from '../page-query.ts';
import type { Tokens } from './api.ts';
import { forgetExpired } from './forget-expired.ts';
import { mint } from './mint.ts';
import { rotate } from './rotate.ts';
import { rotateSchema, tokenSchema } from './token-schema.ts';
import { tokenView } from './token-view.ts';

export interface TokenServices {
  context: EngineContext;
  principal: Principal;
  /** Called when somebody was given a token: the first admin may be one that stays now. */
  onMinted(): Promise<void>;
}

export const createTokens = ({ context, principal, onMinted }: TokenServices): Tokens => {
  const tokenFor = async (id: string, action: 'token.read' | 'token.write'): Promise<TokenDocument> => {
    const ownerOf = ({ data }: StoredDocument): string => `user:${(data as TokenData).userId}`;
    const wanted = { kind: 'token', id, action, ownerOf } as const;
    const token = await documentFor<TokenData>(context, principal, wanted);
    directoryOnly(context);
    return token;
  };

  return {
    async mint(input) {
      mayDo(principal, 'token.write');
      directoryOnly(context);
      const minted = await mint(context, principal, parseWith(tokenSchema, input, { code: 'invalid-request' }));
      await Promise.all([onMinted(), forgetExpired(context, minted.view.userId)]);
      return minted;
    },

    async list({ userId, ...paging } = {}) {
      mayDo(principal, 'token.read');
      directoryOnly(context);
      const query = pageQuery(paging, false);
      const asked = principal.admin ? userId : principal.id;
      // Of somebody else's nothing is told, not even that there are none.
      if (userId !== undefined && (userId !== asked || !isId(userId))) return { items: [] };
      const owners = asked === undefined ? undefined : [`user:${asked}`];
      const page = await context.store.documents({ kind: 'token', ...query, ...(owners && { owners }) });
      return { ...page, items: page.items.map((token) => tokenView(token as TokenDocument)) };
    },

    get: async (id) => tokenView(await tokenFor(id, 'token.read')),

    async revoke(id) {
      const document = await tokenFor(id, 'token.write');
      await dropDocument(context, principal, { document, told: { deed: 'revoked' } });
    },

    async rotate(id, options = {}) {
      const document = await tokenFor(id, 'token.write');
      const given = parseWith(rotateSchema, options, { code: 'invalid-request' });
      const minted = await rotate(context, principal, { document, ...given });
      await forgetExpired(context, minted.view.userId);
      return minted;
    },
  };
};
