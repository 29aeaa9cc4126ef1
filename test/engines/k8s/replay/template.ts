/** A text in which what belongs to the recording is replaced each time it is played: names, uids and times. */
export type Template = readonly string[];

/** @param names what is replaced by name; longer ones go first */
export function templateMaker(names: readonly string[]): (text: string) => Template {
  const escaped = [...names]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const slots = new RegExp(`(${[...escaped, '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z'].join('|')})`);
  // With a group, every second piece is what stood between.
  return (text) => text.split(slots);
}

export interface Filling {
  name(recorded: string): string;
  stamp(recorded: string): string;
}

export function fill(template: Template, { name, stamp }: Filling): string {
  return template
    .map((piece, index) => (index % 2 === 0 ? piece : isStamp.test(piece) ? stamp(piece) : name(piece)))
    .join('');
}

const isStamp = /^\d{4}-\d\d-\d\dT/;
