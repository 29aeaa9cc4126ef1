import { literalsOf } from './literals.ts';
import type { Mentions } from './mentions.ts';
import { type Token, tokensOf } from './tokens.ts';

/** What an R program sources, opens and reads of its environment. */
export const readR = (source: string): Mentions => {
  const tokens = tokensOf(source, 'r');
  const literals = literalsOf(tokens);
  return {
    imports: [...new Set(packagesOf(tokens))].map((name) => ({ name, level: 0, parts: [] })),
    literals,
    variables: literals
      .filter(({ calls }) => calls.some(({ callee }) => callee === 'Sys.getenv'))
      .filter(({ text }) => /^\w+$/.test(text))
      .map(({ text }) => text),
  };
};

// `library(x)`, `require("x")`, `x::y`
const packagesOf = (tokens: readonly Token[]): string[] =>
  tokens.flatMap(({ kind, text }, index) => {
    if (kind !== 'name') return [];
    const [name, member] = text.split(/:::?/);
    if (member !== undefined && name !== undefined) return [name];
    const next = tokens[index + 2];
    const attaches = /^(library|require|requireNamespace|loadNamespace)$/.test(text) && tokens[index + 1]?.text === '(';
    return attaches && next !== undefined && next.kind !== 'mark' ? [next.text] : [];
  });
