import type { Token } from './tokens.ts';

/** Names that a program gives a text, with it; null: it is given several, or nobody knows which. */
export type Names = ReadonlyMap<string, { text: string; partial: boolean } | null>;

/** `OUT = 'out'`, `OUT = Path('out')`, `out <- "out"` */
export const namesOf = (tokens: readonly Token[]): Names => {
  const names = new Map<string, { text: string; partial: boolean } | null>();
  for (const index of tokens.keys()) {
    const name = targetAt(tokens, index);
    if (name !== null) names.set(name, names.has(name) ? null : textFrom(tokens, index));
  }
  return names;
};

/** The name that a statement gives a value, where it begins there. */
export const targetAt = (tokens: readonly Token[], index: number): string | null => {
  const [name, first, second, third] = tokens.slice(index, index + 4);
  if (name?.kind !== 'name' || first?.kind !== 'mark') return null;
  // Of `OUT: Path = …` it is the first.
  if (tokens[index - 1]?.text === ':' && tokens[index - 2]?.kind === 'name') return null;
  if (first.text === '=') return second?.text === '=' || second?.text === '>' ? null : name.text;
  if (first.text === '<' && second?.text === '-') return name.text;
  return first.text === ':' && second?.kind === 'name' && third?.text === '=' ? name.text : null;
};

const wraps = /(^|\.)(Path|PurePath|PosixPath|str)$/;

// Only a text that is all there is to it, or all that a `Path` is made of.
const textFrom = (tokens: readonly Token[], index: number): { text: string; partial: boolean } | null => {
  let at = index;
  while (tokens[at]?.kind === 'name' || /^[:<]$/.test(tokens[at]?.text ?? '')) at++;
  at++;
  const isWrapped = wraps.test(tokens[at]?.text ?? '') && tokens[at + 1]?.text === '(';
  if (isWrapped) at += 2;
  const [text, close, end] = tokens.slice(at, at + 3);
  const behind = isWrapped ? end : close;
  if (text?.kind !== 'text' || (isWrapped && close?.text !== ')')) return null;
  const isAll = behind === undefined || behind.kind !== 'mark' || /^[;,})]$/.test(behind.text);
  return isAll || text.partial === true ? { text: text.text, partial: text.partial === true } : null;
};
