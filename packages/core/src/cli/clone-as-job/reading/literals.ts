import type { Token } from './tokens.ts';

/** A text in a program, and the call that it is given to. */
export interface Literal {
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
}

export interface Call {
  callee: string;
  /** The texts that it is given by themselves, in order. */
  texts: readonly { text: string; argument: number }[];
}

interface Open {
  callee: string | null;
  argument: number;
  texts: { text: string; argument: number }[];
}

/** Every text of a program. Paths that are put together by `/` (`Path('data') / 'x.csv'`) are one text. */
export const literalsOf = (tokens: readonly Token[]): Literal[] => {
  const literals: Literal[] = [];
  const open: Open[] = [];
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    const around = open.at(-1);
    if (token.kind === 'mark') {
      if ('([{'.includes(token.text)) open.push({ callee: calleeAt(token, before), argument: 0, texts: [] });
      else if (')]}'.includes(token.text)) open.pop();
      else if (token.text === ',' && around) around.argument++;
    } else if (token.kind === 'text') {
      const argument = around?.argument ?? 0;
      around?.texts.push({ text: token.text, argument });
      const literal: Literal = {
        text: token.text,
        partial: token.partial === true,
        goesOn: isSlash(tokens[index + 1]) || (tokens[index + 1]?.text === ')' && isSlash(tokens[index + 2])),
        line: token.line,
        callee: around?.callee ?? null,
        argument,
        calls: open.filter(isCall).reverse(),
      };
      literals.push(literal);
      const joined = joinedPath(tokens, index);
      if (joined !== null) literals.push({ ...literal, text: joined });
    }
  }
  return literals;
};

const isCall = (open: Open): open is Open & Call => open.callee !== null;

const calleeAt = ({ text }: Token, before: Token | undefined): string | null => {
  if (before?.kind !== 'name' || text === '{') return null;
  return text === '[' ? `${before.text}[` : before.text;
};

// `Path('data') / 'raw' / 'x.csv'`, seen from its last part.
const joinedPath = (tokens: readonly Token[], index: number): string | null => {
  if (isSlash(tokens[index + 1])) return null;
  const parts: string[] = [];
  for (let at = index; tokens[at]?.kind === 'text'; ) {
    parts.unshift(tokens[at]?.text ?? '');
    if (!isSlash(tokens[at - 1])) break;
    // Over the bracket of `Path('data')`.
    at = tokens[at - 2]?.text === ')' && tokens[at - 2]?.kind === 'mark' ? at - 3 : at - 2;
  }
  return parts.length > 1 ? parts.join('/') : null;
};

const isSlash = (token: Token | undefined): boolean => token?.kind === 'mark' && token.text === '/';
