import { type Literal, literalsOf } from './literals.ts';
import type { Mentions } from './mentions.ts';
import { type Token, tokensOf } from './tokens.ts';

/** What a JavaScript or TypeScript program imports, opens and reads of its environment. */
export const readJavascript = (source: string): Mentions => {
  const tokens = tokensOf(source, 'javascript');
  const literals = literalsOf(tokens);
  const imports = [...literals.filter(isImportCall).map(({ text }) => text), ...importedBy(tokens)];
  return {
    imports: [...new Set(imports)].map((name) => ({ name, level: 0, parts: [] })),
    literals,
    variables: [...new Set([...byName(tokens), ...byIndex(literals), ...byPattern(tokens)])],
  };
};

const isImportCall = ({ callee, argument, partial }: Literal): boolean =>
  argument === 0 && !partial && /^(require|require\.resolve|import|import\.meta\.resolve)$/.test(callee ?? '');

// `import x from 'y'`, `export * from 'y'`, `import 'y'`
const importedBy = (tokens: readonly Token[]): string[] =>
  tokens
    .filter(({ kind }, index) => {
      const before = tokens[index - 1];
      return kind === 'text' && before?.kind === 'name' && (before.text === 'from' || before.text === 'import');
    })
    .map(({ text }) => text);

const byName = (tokens: readonly Token[]): string[] =>
  tokens.flatMap(({ kind, text }, index) => {
    const name = kind === 'name' ? /^process\??\.env\??\.(\w+)$/.exec(text)?.[1] : undefined;
    const sets = tokens[index + 1]?.text === '=' && tokens[index + 2]?.text !== '=';
    return name === undefined || sets ? [] : [name];
  });

const byIndex = (literals: readonly Literal[]): string[] =>
  literals.filter(({ callee }) => /^process\??\.env\[$/.test(callee ?? '')).map(({ text }) => text);

// `const { A, B: b = 'c' } = process.env`
const byPattern = (tokens: readonly Token[]): string[] =>
  tokens.flatMap(({ kind, text }, index) => {
    if (kind !== 'name' || text !== 'process.env' || tokens[index - 1]?.text !== '=' || tokens[index - 2]?.text !== '}')
      return [];
    const names: string[] = [];
    for (let at = index - 3; at >= 0 && tokens[at]?.text !== '{'; at--) {
      const before = tokens[at - 1]?.text;
      if (tokens[at]?.kind === 'name' && (before === '{' || before === ',')) names.push(tokens[at]?.text ?? '');
    }
    return names;
  });
