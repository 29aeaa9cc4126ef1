import type { Applier } from './applier.ts';
import { copy } from './copy.ts';
import { put } from './undo.ts';

export const insertAudit: Applier<'audit.insert'> = (tables, { entry }, undo) => {
  if (tables.audit.has(entry.id)) return { id: entry.id };
  put(tables.audit, entry.id, { seq: ++tables.lastSeq, entry: copy(entry) }, undo);
  return null;
};

export const pruneAudit: Applier<'audit.prune'> = (tables, { before, limit }, undo) => {
  const old = [...tables.audit.values()].filter(({ entry: { at } }) => at < before);
  const oldest = old.sort((a, b) => a.entry.at - b.entry.at || a.seq - b.seq).slice(0, limit);
  for (const { entry } of oldest) put(tables.audit, entry.id, undefined, undo);
  return null;
};
