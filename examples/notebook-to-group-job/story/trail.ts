import { asTold } from '../stage/as-told.ts';
import type { Stage } from '../stage/stage.ts';
import { chapter } from '../stage/tell.ts';

interface Entry {
  at: string;
  by: { id: string; name: string | null };
  action: string;
  subject: { name: string | null; id: string };
  details: { name?: string; changed?: string[]; from?: { name: string } };
}

/** Who did what, as an admin reads it. */
export const trail = async ({ ines }: Stage): Promise<void> => {
  chapter('10. Who did what');
  const show = ({ entries }: { entries: Entry[] }) => ['', ...entries.map(lineOf)].join('\n');
  const { entries } = await ines.asks('GET', '/audit?descending=false', { show });
  asTold(show({ entries }), [
    /ann +job\.created +flat-rents-train\n/,
    /ann +job\.created +flat-rents-train \(from flat-rents-train\)/,
    /bob +secret\.created +registry/,
    /bob +git-credential\.created +flat-rents/,
    /bob +job\.updated +flat-rents-train \(schedule\)/,
    /ines +group\.member-removed +research \(ann\)/,
    /ines +user\.removed +ann/,
  ]);
};

const lineOf = ({ at, by, action, subject, details: { name, changed, from } }: Entry): string => {
  const more = name ?? changed?.join(', ') ?? (from && `from ${from.name}`);
  const what = `${subject.name ?? subject.id}${more === undefined ? '' : ` (${more})`}`;
  return [at.slice(0, 16).replace('T', ' '), (by.name ?? by.id).padEnd(6), action.padEnd(22), what].join('  ');
};
