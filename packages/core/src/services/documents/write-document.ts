import type { Deed } from '../../access/audited.ts';
import type { Principal } from '../../access/principal.ts';
import type { DocumentKind, StoredDocument } from '../../domain/document.ts';
import { RunyardError } from '../../domain/errors.ts';
import type { EngineContext } from '../../engine/context.ts';
import type { Change } from '../../ports/store.ts';
import { auditChange } from '../audit/audit-change.ts';
import { wordsOf } from './kinds.ts';
import { ownerGone } from './owner-gone.ts';
import { ownerThere } from './owner-there.ts';

export interface NewDocument<Data> {
  kind: DocumentKind;
  /** 32 hex digits, where something in `data` was made for it. Default: a new one. */
  id?: string;
  owner: string;
  name: string;
  lookup?: string | null;
  data: Data;
}

/** What goes into the audit trail besides who, what and when; never anything secret. */
export interface Told {
  /** In the past tense, behind the dot: `created`. */
  deed: string;
  details?: Deed['details'];
  /** Is made, or guarded, in the same transaction, before the document is written. */
  with?: readonly Change[];
}

/** Makes one, with its entry in the audit trail. Throws `name-in-use`; `group-not-found` or `user-not-found` where its owner is not there. */
export const makeDocument = async <Data>(
  context: EngineContext,
  principal: Principal,
  { given, told }: { given: NewDocument<Data>; told: Told },
): Promise<StoredDocument<Data>> => {
  const { clock, entropy } = context;
  const now = clock.now();
  const times = { createdAt: now, updatedAt: now };
  const identity = { id: given.id ?? entropy.id(), lookup: given.lookup ?? null };
  const document = { ...given, ...identity, revision: 1, ...times };
  const others = told.with ?? [];
  const before = [...others, ...(await ownerThere(context, principal, given.owner))];
  const insert: Change = { kind: 'document.insert', document };
  const [result] = await context.store.commit([[...before, insert, audit(context, principal, { document, told })]]);
  if (result?.ok) return document;
  if (result && result.change >= others.length && result.change < before.length) throw ownerGone(given.owner);
  throw result?.change === before.length ? inUse(document, result.id) : changedMeanwhile(document);
};

/** Throws `edit-conflict` where somebody else was faster, and `name-in-use`. */
export const changeDocument = async <Data>(
  context: EngineContext,
  principal: Principal,
  {
    document,
    change,
    told,
  }: {
    document: StoredDocument<Data>;
    change: Partial<Pick<StoredDocument<Data>, 'name' | 'lookup' | 'data'>>;
    told: Told;
  },
): Promise<StoredDocument<Data>> => {
  const next = { ...document, ...change, revision: document.revision + 1, updatedAt: context.clock.now() };
  const before = told.with ?? [];
  const update: Change = { kind: 'document.update', document: next, expectRevision: document.revision };
  const [result] = await context.store.commit([
    [...before, update, audit(context, principal, { document: next, told })],
  ]);
  if (result?.ok) return next;
  const isTaken = result?.change === before.length && result.id !== undefined && result.id !== document.id;
  throw isTaken ? inUse(next, result.id) : changedMeanwhile(document);
};

/** Does nothing where it is gone already; `edit-conflict` where what goes with it was changed meanwhile. `unlessOwner`: throws `owner-in-use`, with the id of the first thing that it owns. */
export const dropDocument = async (
  context: EngineContext,
  principal: Principal,
  {
    document,
    told,
    unlessOwner,
  }: { document: StoredDocument; told: Told; unlessOwner?: { owner: string; kinds: readonly DocumentKind[] } },
): Promise<void> => {
  const before = told.with ?? [];
  const remove: Change = {
    kind: 'document.remove',
    documentKind: document.kind,
    id: document.id,
    ...(unlessOwner && { unlessOwner }),
  };
  const [result] = await context.store.commit([[...before, remove, audit(context, principal, { document, told })]]);
  if (result?.ok || !(await context.store.document(document.kind, document.id))) return;
  if (!unlessOwner || result?.change !== before.length) throw changedMeanwhile(document);
  throw new RunyardError(
    'owner-in-use',
    `${wordsOf(document.kind).one} '${document.name}' still owns something${result?.id === undefined ? '' : ` (${result.id})`}.`,
    {
      ...(result?.id !== undefined && { id: result.id }),
    },
  );
};

const audit = (
  context: EngineContext,
  principal: Principal,
  { document, told: { deed, details } }: { document: StoredDocument; told: Told },
): Change => {
  const { kind, id, name, owner } = document;
  const entry = { action: `${kind}.${deed}`, subject: { kind, id, name }, owner, ...(details && { details }) };
  return auditChange(context, principal, entry);
};

const inUse = ({ kind, owner, name }: StoredDocument, id: string | undefined): RunyardError =>
  new RunyardError(
    'name-in-use',
    `There is a ${wordsOf(kind).one} named '${name}' already${owner === '' ? '' : ` that belongs to ${owner}`}.`,
    {
      field: 'name',
      received: name,
      ...(id !== undefined && { id }),
    },
  );

const changedMeanwhile = ({ kind, name, id }: StoredDocument): RunyardError =>
  new RunyardError(
    'edit-conflict',
    `The ${wordsOf(kind).one} '${name}' was changed by somebody else meanwhile. Read it and try again.`,
    { id },
  );
