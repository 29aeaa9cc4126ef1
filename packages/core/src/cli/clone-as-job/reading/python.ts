import { type Literal, literalsOf } from './literals.ts';
import type { Import, Mentions } from './mentions.ts';
import { type Token, tokensOf } from './tokens.ts';

/** What a Python program imports, opens and reads of its environment. */
export const readPython = (source: string): Mentions => {
  const tokens = tokensOf(source, 'python');
  const literals = literalsOf(tokens);
  return {
    imports: [
      ...importsOf(tokens),
      ...literals.filter(isImportCall).map(({ text }) => ({ name: text, level: 0, parts: [] })),
    ],
    literals,
    variables: variablesOf(tokens, literals),
    envLoads: envLoadsOf(tokens, literals),
  };
};

/** `load_dotenv()` */
export const loadsEnv = /(^|\.)(load_dotenv|dotenv_values)$/;

const envLoadsOf = (
  tokens: readonly Token[],
  literals: readonly Literal[],
): { path: string | null; line: number }[] => {
  const named = literals.filter(
    ({ callee, partial, argument }) => !partial && argument === 0 && loadsEnv.test(callee ?? ''),
  );
  const bare = tokens.filter(
    ({ kind, text }, index) =>
      kind === 'name' && loadsEnv.test(text) && tokens[index + 1]?.text === '(' && tokens[index + 2]?.kind !== 'text',
  );
  return [...named.map(({ text, line }) => ({ path: text, line })), ...bare.map(({ line }) => ({ path: null, line }))];
};

const isImportCall = ({ callee, argument, partial }: Literal): boolean =>
  argument === 0 && !partial && /(^|\.)(import_module|__import__|run_module)$/.test(callee ?? '');

const importsOf = (tokens: readonly Token[]): Import[] => {
  const imports: Import[] = [];
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind !== 'name' || !beginsStatement(tokens[index - 1])) continue;
    if (text === 'import') imports.push(...plainImport(tokens, index + 1));
    else if (text === 'from') imports.push(...fromImport(tokens, index + 1));
  }
  return imports;
};

const beginsStatement = (before: Token | undefined): boolean =>
  before === undefined ||
  before.kind === 'line' ||
  (before.kind === 'mark' && (before.text === ';' || before.text === ':'));

// `import a.b as c, d`
const plainImport = (tokens: readonly Token[], from: number): Import[] =>
  namesUntilEnd(tokens, from).map((name) => ({ name, level: 0, parts: [] }));

// `from ..a.b import (c as d, e)`
const fromImport = (tokens: readonly Token[], from: number): Import[] => {
  let at = from;
  while (tokens[at]?.kind === 'mark' && tokens[at]?.text === '.') at++;
  const level = at - from;
  const named = tokens[at];
  const name = named?.kind === 'name' && named.text !== 'import' ? named.text : '';
  if (name !== '') at++;
  if (tokens[at]?.text !== 'import' || (level === 0 && name === '')) return [];
  return [{ name, level, parts: namesUntilEnd(tokens, at + 1) }];
};

const namesUntilEnd = (tokens: readonly Token[], from: number): string[] => {
  const names: string[] = [];
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined || token.kind === 'text' || (token.kind === 'mark' && !'(,)*'.includes(token.text))) break;
    if (token.kind === 'line') {
      if (tokens[at - 1]?.text === ',' || tokens[at - 1]?.text === '(') continue;
      break;
    }
    if (token.kind !== 'name') continue;
    if (token.text === 'as') at++;
    else names.push(token.text);
  }
  return names;
};

const readsByCall = /(^|\.)(getenv|environ\.get|environ\.pop|environ\.setdefault|environ\.__getitem__)$/;
const readsByIndex = /(^|\.)environ\[$/;

const variablesOf = (tokens: readonly Token[], literals: readonly Literal[]): string[] => {
  const written = writtenVariables(tokens);
  return literals
    .filter(
      ({ callee, argument, partial }) =>
        !partial && argument === 0 && (readsByCall.test(callee ?? '') || readsByIndex.test(callee ?? '')),
    )
    .map(({ text }) => text)
    .filter((name) => !written.has(name));
};

// `os.environ["X"] = …` sets it, for this program and what it starts.
const writtenVariables = (tokens: readonly Token[]): Set<string> => {
  const written = new Set<string>();
  for (const [index, token] of tokens.entries())
    if (
      token.kind === 'text' &&
      readsByIndex.test(`${tokens[index - 2]?.text}[`) &&
      tokens[index + 1]?.text === ']' &&
      tokens[index + 2]?.text === '=' &&
      tokens[index + 3]?.text !== '='
    )
      written.add(token.text);
  return written;
};
