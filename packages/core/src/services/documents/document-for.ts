import { type Action, authorize, missingRight } from '../../access/authorize.ts';
import type { Principal } from '../../access/principal.ts';
import type { DocumentKind, StoredDocument } from '../../domain/document.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';
import { isId } from '../guard.ts';
import { wordsOf } from './kinds.ts';

export interface Wanted {
  kind: DocumentKind;
  id: string;
  action: Action;
  /** Whose it counts as. Default: its owner. */
  ownerOf?(document: StoredDocument): string;
}

/** The document, for somebody who may do this with it. One that is not theirs is answered like one that is not there. */
export const documentFor = async <Data>(
  context: EngineContext,
  principal: Principal,
  { kind, id, action, ownerOf = ({ owner }) => owner }: Wanted,
): Promise<StoredDocument<Data>> => {
  const document = isId(id) ? await context.store.document(kind, id) : null;
  const answer = document ? authorize(principal, action, { owner: ownerOf(document) }) : 'hide';
  const { one, missing } = wordsOf(kind);
  if (!document || answer === 'hide')
    throw new RunyardError(missing, `There is no ${one} '${id}', or you may not see it.`);
  if (answer === 'deny')
    throw new RunyardError('forbidden', `You may not do this (${action}): ${missingRight(action)}.`);
  return document as StoredDocument<Data>;
};
