import type { Applier } from './applier.ts';
import { put } from './undo.ts';

export const putInstance: Applier<'instance.put'> = (tables, { id, startedAt, expiresAt, leaseMs, places }, undo) => {
  if (tables.instances.get(id)?.leaseMs === 0) return null;
  put(tables.instances, id, { startedAt, expiresAt, leaseMs, places: [...places] }, undo);
  return null;
};

export const forgetInstances: Applier<'instance.forget'> = (tables, { before }, undo) => {
  const active = [...tables.active.values()].flatMap((ids) => [...ids]);
  const holders = new Set(active.map((id) => tables.runs.get(id)?.run.leaseInstance));
  for (const [id, { expiresAt }] of [...tables.instances])
    if (expiresAt < before && !holders.has(id)) put(tables.instances, id, undefined, undo);
  return null;
};
