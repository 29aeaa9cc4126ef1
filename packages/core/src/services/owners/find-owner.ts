import { authorize } from '../../access/authorize.ts';
import { ownerOf, type Principal, visibleOwners } from '../../access/principal.ts';
import type { EngineContext } from '../../engine/context.ts';
import { nameText } from '../documents/texts.ts';
import { isId } from '../guard.ts';
import type { FoundOwner } from './api.ts';

/** Whom the text names; see `Owners.find`. */
export const findOwner = async (context: EngineContext, principal: Principal, text: string): Promise<FoundOwner> => {
  const [, kind, named] = /^(user|group):(.+)$/s.exec(text) ?? [];
  if (named !== undefined) return ofKinds(context, principal, { kinds: kind === 'user' ? ['user'] : ['group'], named });
  const whole = await ofKinds(context, principal, { kinds: ['user', 'group'], named: text });
  const behind = text.slice(text.lastIndexOf('/') + 1);
  if (whole.found !== 'none' || behind === text) return whole;
  // What a client says that does not know who asks.
  if (behind === '') return { owner: ownerOf(principal), found: 'one' };
  return ofKinds(context, principal, { kinds: ['user', 'group'], named: behind });
};

type Kind = 'user' | 'group';
type Text = { kinds: readonly [Kind, ...Kind[]]; named: string };

// The first of these ways that says anybody: what is one's own, also where the host gave it its id; an id; a name.
const ofKinds = async (context: EngineContext, principal: Principal, { kinds, named }: Text): Promise<FoundOwner> => {
  const asId = `${kinds[0]}:${named}`;
  const own = visibleOwners({ ...principal, admin: false }) ?? [];
  const ofOwn = kinds.map((kind) => `${kind}:${named}`).filter((owner) => own.includes(owner));
  if (ofOwn.length > 0) return chosen(ofOwn, asId);
  if (!context.settings.directory)
    return { owner: asId, found: kinds.length === 1 || !named.includes('/') ? 'one' : 'none' };
  const seen = (owner: string): boolean => authorize(principal, 'owner.read', { owner }) === 'allow';
  const byId = isId(named) ? await ownersWithId(context, named) : [];
  const ofId = kinds
    .map((kind) => `${kind}:${named}`)
    .filter((owner) => byId.includes(owner) && (kinds.length === 1 || seen(owner)));
  if (ofId.length > 0) return chosen(ofId, asId);
  const byName = nameText.safeParse(named).success ? await ownersNamed(context, kinds, named) : [];
  const ofName = byName.filter(seen);
  if (ofName.length > 0) return chosen(ofName, asId);
  return { owner: asId, found: kinds.length === 1 ? 'one' : 'none' };
};

const chosen = ([first, another]: readonly string[], asId: string): FoundOwner =>
  first === undefined || another !== undefined ? { owner: asId, found: 'several' } : { owner: first, found: 'one' };

const ownersWithId = async ({ store }: EngineContext, id: string): Promise<string[]> =>
  (await store.documentsById([id])).map(({ kind }) => `${kind}:${id}`);

const ownersNamed = async ({ store }: EngineContext, kinds: readonly Kind[], name: string): Promise<string[]> => {
  const found = await Promise.all(kinds.map((kind) => store.documentByName(kind, '', name)));
  return found.flatMap((document) => (document ? [`${document.kind}:${document.id}`] : []));
};
