import { endOfText, type Syntax, type TextStart, textStart } from './texts.ts';

/** A piece of a program: enough to see what it imports, which texts it has in it, and in which calls. */
export interface Token {
  kind: 'name' | 'text' | 'mark' | 'line';
  /** Of a text: what it says. */
  text: string;
  /** From 1. */
  line: number;
  /** Of a text that is put together when the program runs: `text` is what it begins with. */
  partial?: true;
}

/** Splits a program. Never fails: what is no program of that syntax gives tokens that mean little. */
export const tokensOf = (source: string, syntax: Syntax, { firstLine = 1, within = 0 } = {}): Token[] => {
  const tokens: Token[] = [];
  let line = firstLine;
  let depth = 0;
  const add = (token: Omit<Token, 'line'>): number => tokens.push({ ...token, line });
  for (let at = 0; at < source.length; ) {
    const rest = source.slice(at, at + 400);
    const character = source[at] ?? '';
    if (character === '\n') {
      if (depth === 0) add({ kind: 'line', text: '\n' });
      line++;
      at++;
      continue;
    }
    if (character === '\\' && source[at + 1] === '\n') {
      line++;
      at += 2;
      continue;
    }
    const skipped = commentEnd(source, at, syntax) ?? (isPattern(tokens, rest, syntax) ? patternEnd(source, at) : null);
    if (skipped !== null) {
      line += linesIn(source.slice(at, skipped));
      at = skipped;
      continue;
    }
    const start = textStart(rest, syntax);
    if (start !== null) {
      const end = addText(tokens, source, { at, line, start, syntax, within });
      line += linesIn(source.slice(at, end));
      at = end;
      continue;
    }
    const name = nameAt(rest, syntax);
    if (name !== null) {
      add({ kind: 'name', text: name });
      at += name.length;
      continue;
    }
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
    if (!/\s/.test(character)) add({ kind: 'mark', text: character });
    at++;
  }
  return tokens;
};

interface TextAt {
  at: number;
  line: number;
  start: TextStart;
  syntax: Syntax;
  /** How many texts that is inside of. */
  within: number;
}

/** Nobody writes texts deeper in each other than that. */
const deepest = 20;

// The text, and behind it what is put into it when the program runs.
const addText = (tokens: Token[], source: string, { at, line, start, syntax, within }: TextAt): number => {
  const { text, end, inserted } = endOfText(source, at, start);
  tokens.push({ kind: 'text', text, line, ...(inserted.length > 0 && { partial: true as const }) });
  for (const code of within < deepest ? inserted : [])
    for (const token of tokensOf(code, syntax, { firstLine: line, within: within + 1 }))
      if (token.kind !== 'line') tokens.push(token);
  return end;
};

const commentEnd = (source: string, at: number, syntax: Syntax): number | null => {
  const opens =
    syntax === 'javascript' ? source.startsWith('//', at) || (at === 0 && source.startsWith('#!')) : source[at] === '#';
  if (opens) return endOr(source.indexOf('\n', at), source);
  if (syntax !== 'javascript' || !source.startsWith('/*', at)) return null;
  const end = source.indexOf('*/', at + 2);
  return end === -1 ? source.length : end + 2;
};

// A `/` where a value begins is no division but a regular expression, in which quotes mean nothing.
const isPattern = (tokens: readonly Token[], rest: string, syntax: Syntax): boolean => {
  if (syntax !== 'javascript' || rest[0] !== '/') return false;
  const before = tokens.at(-1);
  if (before === undefined || before.kind === 'line') return true;
  if (before.kind === 'mark') return !')]}'.includes(before.text);
  return before.kind === 'name' && /^(return|typeof|case|in|of|throw|else|do)$/.test(before.text);
};

const patternEnd = (source: string, at: number): number | null => {
  const found = /^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/.exec(source.slice(at, at + 2_000));
  return found === null ? null : at + found[0].length;
};

const nameAt = (rest: string, syntax: Syntax): string | null => {
  const word = words[syntax].exec(rest)?.[0];
  if (word === undefined) return null;
  const first = /^[\w$]+/.exec(word)?.[0];
  return syntax === 'python' && first !== undefined && keywords.has(first) ? first : word;
};

const words: Readonly<Record<Syntax, RegExp>> = {
  python: /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/,
  javascript: /^[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)*/,
  r: /^[A-Za-z.][\w.]*(?::::?[A-Za-z.][\w.]*)?/,
};

// `from .a import b` is not about something called `from.a`.
const keywords = new Set(['from', 'import', 'in', 'return', 'and', 'or', 'not', 'is', 'yield', 'if', 'else', 'as']);

const linesIn = (text: string): number => text.split('\n').length - 1;
const endOr = (index: number, source: string): number => (index === -1 ? source.length : index);
