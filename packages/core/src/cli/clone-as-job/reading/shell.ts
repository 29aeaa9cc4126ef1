import { closing, withoutHeredocs } from './shell-text.ts';

/** A simple command of a shell script. */
export interface Statement {
  /** Null: what only the running shell knows. Without assignments and redirections. */
  words: (string | null)[];
  /** Files that it reads by `<`. */
  inputs: string[];
}

/** What a shell script runs and reads of its environment. */
export interface ShellMentions {
  statements: Statement[];
  /** Environment variables that it reads: those that it has not set itself before. */
  variables: string[];
  /** `NAME=value`, of those whose value is known. */
  assignments: string[];
}

interface Reading extends ShellMentions {
  /** Variables of its own, with what they stand for; null: nobody knows. */
  own: Map<string, string | null>;
  /** How many `$(…)` it is inside of. */
  depth: number;
}

/**
 * Splits a shell script into its simple commands, those inside `$(…)`, `if`, loops and functions among them. What it cannot
 * know is null; it never fails.
 */
export const readShell = (script: string): ShellMentions => {
  const reading: Reading = { statements: [], variables: [], assignments: [], own: new Map(), depth: 0 };
  read(script, reading);
  const { statements, variables, assignments } = reading;
  return { statements, variables: [...new Set(variables)], assignments };
};

const read = (script: string, result: Reading): void => {
  const source = withoutHeredocs(script);
  let statement: Statement = { words: [], inputs: [] };
  let redirect: '<' | '>' | null = null;
  const finish = (): void => {
    while (keywords.has(statement.words[0] ?? '')) statement.words.shift();
    if (statement.words.length + statement.inputs.length > 0) result.statements.push(statement);
    const [first, ...others] = statement.words;
    for (const name of first === 'for' || first === 'select' ? others.slice(0, 1) : first === 'read' ? others : [])
      if (name !== null) result.own.set(name, null);
    statement = { words: [], inputs: [] };
    redirect = null;
  };
  for (let at = 0; at < source.length; ) {
    const character = source[at] ?? '';
    if (/[ \t]/.test(character)) at++;
    else if (character === '\\' && source[at + 1] === '\n') at += 2;
    else if (character === '#') at = lineEnd(source, at);
    else if (/[\n;&|(){}]/.test(character)) {
      if (!(character === '&' && redirect !== null)) finish();
      at++;
    } else if (character === '<' || character === '>') {
      redirect = character;
      at += source.slice(at).match(/^[<>]+[&|]?-?/)?.[0].length ?? 1;
    } else {
      const word = wordAt(source, at, result);
      at = Math.max(word.end, at + 1);
      if (/^[<>]/.test(source[at] ?? '') && /^\d$/.test(word.text ?? '')) continue; // `2>file`
      const name = assigns(statement) ? /^([A-Za-z_]\w*)\+?=/.exec(source.slice(word.start, word.end))?.[1] : undefined;
      if (redirect !== null) {
        if (redirect === '<' && word.text !== null) statement.inputs.push(word.text);
        redirect = null;
      } else if (name !== undefined) {
        result.own.set(name, givenBy(word.text));
        if (word.text !== null) result.assignments.push(word.text);
      } else statement.words.push(word.text);
    }
  }
  finish();
};

// Of `NAME=value`. What has spaces in it may become several words.
const givenBy = (assignment: string | null): string | null => {
  const value = /^\w+=([^\s]+)$/.exec(assignment ?? '')?.[1];
  return value ?? null;
};

// Words after which a command begins anew.
const keywords: ReadonlySet<string> = new Set(['if', 'then', 'else', 'elif', 'do', 'while', 'until', '!', 'time']);

const assigns = ({ words: [first] }: Statement): boolean =>
  first === undefined || ['export', 'local', 'declare', 'typeset', 'readonly'].includes(first ?? '');

interface Word {
  start: number;
  end: number;
  text: string | null;
}

const wordAt = (source: string, start: number, result: Reading): Word => {
  let text: string | null = '';
  let quoted = false;
  let at = start;
  const append = (part: string | null): void => {
    text = text === null || part === null ? null : text + part;
  };
  for (; at < source.length; ) {
    const character = source[at] ?? '';
    if (character === '"') {
      quoted = !quoted;
      at++;
    } else if (character === "'" && !quoted) {
      const end = source.indexOf("'", at + 1);
      append(source.slice(at + 1, end === -1 ? source.length : end));
      at = end === -1 ? source.length : end + 1;
    } else if (character === '\\') {
      append(source[at + 1] ?? '');
      at += 2;
    } else if (character === '$' || character === '`') {
      const { end, known } = expansionAt(source, at, result);
      append(known);
      at = end;
    } else if (!quoted && /[\s;&|()<>]/.test(character)) break;
    else {
      append(character);
      at++;
    }
  }
  return { start, end: at, text };
};

/** What stands for the folder of the script itself: `$(dirname "$0")` and its like. */
export const scriptFolder = '\u0000here';

const expansionAt = (source: string, at: number, result: Reading): { end: number; known: string | null } => {
  const rest = source.slice(at, at + 4_000);
  const here =
    /^\$\(\s*(?:cd\s+"?\$\(\s*)?dirname\s+(?:--\s+)?"?(?:\$0|\$\{?BASH_SOURCE(?:\[0\])?\}?)"?\s*\)(?:"?\s*(?:&&|;)\s*pwd\s*(?:-P)?\s*\))?/.exec(
      rest,
    )?.[0];
  if (here !== undefined) return { end: at + here.length, known: scriptFolder };
  const current = /^(\$\(\s*pwd\s*\)|\$PWD\b|\$\{PWD\})/.exec(rest)?.[0];
  if (current !== undefined) return { end: at + current.length, known: '.' };
  const home = /^(\$HOME\b|\$\{HOME\})/.exec(rest)?.[0];
  if (home !== undefined) return { end: at + home.length, known: '~' };
  if (rest.startsWith('$(') && !rest.startsWith('$((')) {
    const end = closing(source, at + 2, ')');
    readInner(source.slice(at + 2, end), result);
    return { end: end + 1, known: null };
  }
  if (rest.startsWith('`')) {
    const end = source.indexOf('`', at + 1);
    readInner(source.slice(at + 1, end === -1 ? source.length : end), result);
    return { end: end === -1 ? source.length : end + 1, known: null };
  }
  const [whole, braced, plain] = /^\$(?:\{[#!]?([A-Za-z_]\w*)|([A-Za-z_]\w*))/.exec(rest) ?? [];
  const name = braced ?? plain;
  const value = name === undefined ? null : (result.own.get(name) ?? null);
  if (value !== null && (plain !== undefined || rest.startsWith(`\${${name}}`)))
    return { end: at + (plain === undefined ? `\${${name}}` : `$${name}`).length, known: value };
  if (name !== undefined && name !== 'BASH_SOURCE' && !result.own.has(name)) result.variables.push(name);
  if (braced !== undefined) return { end: closing(source, at + 2, '}') + 1, known: null };
  if (rest.startsWith('${')) return { end: closing(source, at + 2, '}') + 1, known: null };
  // `$1`, `$@`, `$?`; and a lone dollar.
  return { end: at + (whole?.length ?? (/^\$[\d@*#?$!-]/.test(rest) ? 2 : 1)), known: null };
};

/** Nobody writes commands deeper in each other than that. */
const deepest = 50;

const readInner = (source: string, result: Reading): void => {
  if (result.depth >= deepest) return;
  result.depth++;
  read(source, result);
  result.depth--;
};

const lineEnd = (source: string, at: number): number => {
  const end = source.indexOf('\n', at);
  return end === -1 ? source.length : end;
};
