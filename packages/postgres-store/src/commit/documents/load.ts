import type { DocumentKind } from '@runyard/core';
import { type Reading, reading } from '../reading.ts';
import { documentNameOf, lookupOf, ownerOf } from './image.ts';
import { documentLocks as locks } from './locks.ts';
import type { DocumentNeeds, Owner } from './needs.ts';

/** What is edited beside what is removed is locked with it, in one order: two that do so to each other's would wait for each other. */
export const lockDocuments = ({ expected, guarded, removed }: DocumentNeeds): Reading[] => [
  ...readDocuments(locks.expected, expected),
  ...(removed.size === 0
    ? readDocuments(locks.guarded, guarded)
    : readDocuments(locks.removed, new Set([...guarded, ...removed]))),
];

/** Behind all locks. `changedJobs`: of so many jobs this transaction may change the owner, or remove them. */
export const readOfDocuments = (needs: DocumentNeeds, changedJobs: number): Reading[] => [
  ...readNames(needs.named),
  ...readLookups(needs.named),
  ...needs.owners.flatMap((owner) =>
    readOwned(owner, { jobs: changedJobs, documents: needs.guarded.size + needs.removed.size }),
  ),
  ...readEntries(needs.entries),
];

const readDocuments = (text: string, ids: ReadonlySet<string>): Reading[] =>
  ids.size === 0
    ? []
    : [
        reading(text, [[...ids]], ({ documents }, found) => {
          for (const id of ids) if (!documents.has(id)) documents.set(id, null);
          for (const [id, kind, owner, name, lookup, revision] of found as [
            ...[string, DocumentKind, string, string],
            ...[string | null, number],
          ][])
            documents.set(id, { kind, owner, name, lookup, revision });
        }),
      ];

const readNames = (named: DocumentNeeds['named']): Reading[] =>
  named.length === 0
    ? []
    : [
        reading(
          locks.names,
          [named.map(({ kind }) => kind), named.map(({ owner }) => owner), named.map(({ name }) => name)],
          ({ documentNames }, found) => {
            for (const [kind, owner, name, id] of found as [DocumentKind, string, string, string][])
              documentNames.set(documentNameOf({ kind, owner, name }), id);
          },
        ),
      ];

const readLookups = (named: DocumentNeeds['named']): Reading[] => {
  const wanted = named.flatMap(({ kind, lookup }) => (lookup === null ? [] : [{ kind, lookup }]));
  if (wanted.length === 0) return [];
  const values = [wanted.map(({ kind }) => kind), wanted.map(({ lookup }) => lookup)];
  return [
    reading(locks.lookups, values, ({ documentLookups }, found) => {
      for (const [kind, lookup, id] of found as [DocumentKind, string, string][])
        documentLookups.set(lookupOf(kind, lookup), id);
    }),
  ];
};

const readOwned = (owner: Owner, changed: { jobs: number; documents: number }): Reading[] => {
  const into = (what: 'jobs' | 'documents'): Reading['into'] => {
    return ({ owned }, found) => {
      const known = owned.get(ownerOf(owner)) ?? { jobs: [], documents: [] };
      owned.set(ownerOf(owner), { ...known, [what]: found.map(([id]) => id as string) });
    };
  };
  return [
    reading(locks.ownedJobs, [owner.owner, changed.jobs + 1], into('jobs')),
    reading(locks.ownedDocuments, [owner.owner, owner.kinds, changed.documents + 1], into('documents')),
  ];
};

const readEntries = (ids: ReadonlySet<string>): Reading[] =>
  ids.size === 0
    ? []
    : [
        reading(locks.entries, [[...ids]], ({ entries }, found) => {
          for (const [id] of found as [string][]) entries.set(id, true);
        }),
      ];
