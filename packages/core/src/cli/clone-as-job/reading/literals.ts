import { type Names, namesOf, targetAt } from './names.ts';
import { isSlash, spelled } from './spelled.ts';
import type { Token } from './tokens.ts';

/** A text in a program, or a name that was given one, and the call that it is given to. */
export interface Literal {
  /** Of a name: what it was given, as far as that is known, else ''. */
  text: string;
  /** It goes on with what only the running program knows. */
  partial: boolean;
  /** It is the beginning of a path that goes on behind a `/`. */
  goesOn: boolean;
  line: number;
  /** The call that it is an argument of, as it is written: `pd.read_csv`, `os.environ[`; null: of none. */
  callee: string | null;
  /** Its place in it, from 0. */
  argument: number;
  /** All calls that it is somewhere inside of, inside out. */
  calls: readonly Call[];
  /** The name that it is given to, as `OUT = Path('out')`; null: none. */
  target: string | null;
  /** The name that stands for it here; null: it stands here itself. */
  name: string | null;
  /** What is called on it, as `Path('out').mkdir()`, with the first text that this is given; null: nothing. */
  method: { name: string; mode: string | null } | null;
}

export interface Call {
  callee: string;
  /** In which of its arguments that is. */
  at: number;
  /** The texts that it is given by themselves, in order. */
  texts: readonly { text: string; argument: number }[];
}

interface Open {
  mark: string;
  callee: string | null;
  argument: number;
  texts: { text: string; argument: number }[];
}

/** Every text of a program. Paths that are put together by `/` (`Path('data') / 'x.csv'`) are one text. */
export const literalsOf = (tokens: readonly Token[]): Literal[] => {
  const literals: Literal[] = [];
  const open: Open[] = [];
  const names = namesOf(tokens);
  let target: string | null = null;
  for (const [index, token] of tokens.entries()) {
    const around = open.at(-1);
    const here = (): Literal => ({ ...placeOf(token, open), target, method: methodAt(tokens, index) });
    if (token.kind === 'line') target = null;
    else if (token.kind === 'mark') {
      if ('([{'.includes(token.text)) open.push(opened(token, tokens[index - 1]));
      else if (')]}'.includes(token.text)) open.pop();
      else if (token.text === ',' && around) around.argument++;
      else if (token.text === ';') target = null;
    } else if (token.kind === 'name') {
      if (around === undefined || around.mark === '{') target = targetAt(tokens, index) ?? target;
      literals.push(...usesAt(tokens, index, { names, around, here }));
    } else {
      const { text, joined } = spelled(tokens, index, names);
      around?.texts.push({ text, argument: around.argument });
      const goesOn = isSlash(tokens[index + 1]) || (tokens[index + 1]?.text === ')' && isSlash(tokens[index + 2]));
      literals.push({ ...here(), text, goesOn });
      if (joined !== null) literals.push({ ...here(), text: joined, goesOn });
    }
  }
  return literals;
};

const opened = ({ text }: Token, before: Token | undefined): Open => {
  const isCall = before?.kind === 'name' && text !== '{';
  const callee = isCall ? (text === '[' ? `${before.text}[` : before.text) : null;
  return { mark: text, callee, argument: 0, texts: [] };
};

/** What is further out says nothing about a text. */
const deepest = 20;

const placeOf = ({ text, line, partial }: Token, open: readonly Open[]): Literal => ({
  text,
  partial: partial === true,
  goesOn: false,
  line,
  callee: open.at(-1)?.callee ?? null,
  argument: open.at(-1)?.argument ?? 0,
  calls: open
    .slice(-deepest)
    .flatMap(({ callee, argument, texts }) => (callee === null ? [] : [{ callee, at: argument, texts }]))
    .reverse(),
  target: null,
  name: null,
  method: null,
});

interface Using {
  names: Names;
  around: Open | undefined;
  here(): Literal;
}

// A name that was given a text, where it is used.
const usesAt = (tokens: readonly Token[], index: number, { names, around, here }: Using): Literal[] => {
  const whole = tokens[index]?.text ?? '';
  const next = tokens[index + 1]?.text;
  if (next === '=' && tokens[index + 2]?.text !== '=') return [];
  for (let name = whole; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    const given = names.get(name);
    if (given === undefined) continue;
    const { text = '', partial = false } = given ?? {};
    const isWhole = name === whole;
    if (isWhole && text !== '' && (next === ',' || next === ')'))
      around?.texts.push({ text, argument: around.argument });
    const called = next === '(' && !isWhole;
    const method = called
      ? { name: whole.slice(whole.lastIndexOf('.') + 1), mode: modeAt(tokens, index + 2) }
      : here().method;
    return [{ ...here(), text, partial, goesOn: isSlash(tokens[index + 1]), target: null, name, method }];
  }
  return [];
};

// `Path('out').mkdir(…)`, `(OUT / 'x').open('w')`
const methodAt = (tokens: readonly Token[], index: number): Literal['method'] => {
  const [bracket, dot, name, call] = tokens.slice(index + 1, index + 5);
  if (bracket?.text !== ')' || dot?.text !== '.' || name?.kind !== 'name' || call?.text !== '(') return null;
  return { name: name.text.slice(name.text.lastIndexOf('.') + 1), mode: modeAt(tokens, index + 5) };
};

const modeAt = (tokens: readonly Token[], index: number): string | null => {
  const at = tokens[index + 1]?.text === '=' ? index + 2 : index;
  return tokens[at]?.kind === 'text' ? (tokens[at]?.text ?? null) : null;
};
