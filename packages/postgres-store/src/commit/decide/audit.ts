import { auditStatements as audit } from '@runyard/core/sql';
import { append, type Image, put } from '../image.ts';
import type { TakenOf } from '../take.ts';
import { counted } from '../writes/counted.ts';
import { inTheWay, type Refusal } from './refusal.ts';

/** That its id is new is assumed, until it was not. */
export const insertAudit = (image: Image, { entry, values }: TakenOf<'audit.insert'>): Refusal | null => {
  if (image.entries.has(entry.id)) return inTheWay(entry.id);
  put(image, image.entries, entry.id, true);
  append(image, image.statements, { text: insert, values });
  return null;
};

export const pruneAudit = (image: Image, { before, limit }: TakenOf<'audit.prune'>): null => {
  append(image, image.statements, { text: prune, values: [before, limit] });
  return null;
};

const insert = counted(audit.insert, 1);

// What another instance is just taking away is left to it.
const prune = `
  DELETE FROM audit WHERE seq IN (
    SELECT a.seq FROM audit a WHERE a.written_at < $1
    ORDER BY a.written_at, a.seq LIMIT $2 FOR UPDATE SKIP LOCKED)`;
