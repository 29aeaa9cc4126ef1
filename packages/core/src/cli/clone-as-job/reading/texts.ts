/** The languages whose programs are split. */
export type Syntax = 'python' | 'javascript' | 'r';

/** How a text in a program begins, and by what it ends. */
export interface TextStart {
  /** Of prefix and quotes. */
  length: number;
  close: string;
  /** Backslashes mean nothing in it. */
  raw: boolean;
  /** What opens something that is put in when the program runs; null: nothing is. */
  insert: '{' | '${' | null;
  /** Whether it may go over several lines. */
  lines: boolean;
}

/** Null where no text begins. */
export const textStart = (rest: string, syntax: Syntax): TextStart | null => {
  switch (syntax) {
    case 'python':
      return pythonStart(rest);
    case 'javascript':
      return javascriptStart(rest);
    case 'r':
      return rStart(rest);
  }
};

/** What it says, where it ends in the source, and the code that is put into it. */
export const endOfText = (
  source: string,
  at: number,
  { length, close, raw, insert, lines }: TextStart,
): { text: string; end: number; inserted: string[] } => {
  const inserted: string[] = [];
  let text = '';
  for (let i = at + length; ; ) {
    if (i >= source.length || (!lines && source[i] === '\n')) return { text, end: i, inserted };
    if (source.startsWith(close, i)) return { text, end: i + close.length, inserted };
    if (!raw && source[i] === '\\') {
      if (inserted.length === 0) text += unescaped(source[i + 1] ?? '');
      i += 2;
    } else if (insert !== null && source.startsWith(insert, i) && source.startsWith('{{', i) && insert === '{') {
      i += 2;
    } else if (insert !== null && source.startsWith(insert, i)) {
      const from = i + insert.length;
      const to = closingBrace(source, from);
      inserted.push(source.slice(from, to));
      i = to + 1;
    } else {
      // Behind something that is put in, nobody knows where a path leads.
      if (inserted.length === 0) text += source[i];
      i++;
    }
  }
};

const pythonStart = (rest: string): TextStart | null => {
  const [whole, prefix = '', close] = /^([rRbBuUfF]{0,2})("""|'''|"|')/.exec(rest) ?? [];
  if (whole === undefined || close === undefined) return null;
  return {
    length: whole.length,
    close,
    raw: /r/i.test(prefix),
    insert: /f/i.test(prefix) ? '{' : null,
    lines: close.length === 3,
  };
};

const javascriptStart = (rest: string): TextStart | null => {
  const close = rest[0];
  if (close === '`') return { length: 1, close, raw: false, insert: '${', lines: true };
  return close === '"' || close === "'" ? { length: 1, close, raw: false, insert: null, lines: false } : null;
};

const rStart = (rest: string): TextStart | null => {
  const [whole, quote, dashes] = /^[rR](["'])(-*)\(/.exec(rest) ?? [];
  if (whole !== undefined)
    return { length: whole.length, close: `)${dashes}${quote}`, raw: true, insert: null, lines: true };
  const close = rest[0];
  return close === '"' || close === "'" ? { length: 1, close, raw: false, insert: null, lines: true } : null;
};

const unescaped = (character: string): string => ({ n: '\n', t: '\t', r: '\r', '\n': '' })[character] ?? character;

const closingBrace = (source: string, from: number): number => {
  let depth = 0;
  for (let i = from; i < source.length; i++) {
    if (source[i] === '{') depth++;
    if (source[i] === '}' && depth-- === 0) return i;
  }
  return source.length;
};
