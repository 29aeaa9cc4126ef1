import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './pages.ts';

const file = 'packages/core/src/services/options.ts';

/** The options of `createRunyard`, as rows of a table: the name, the type and what the comment above it says. */
export const optionRows = (): string[] => {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const options = source.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === 'RunyardOptions',
  );
  if (!options || !ts.isInterfaceDeclaration(options)) throw new Error(`${file} has no interface RunyardOptions.`);
  return rowsOf(options.members, '');
};

const rowsOf = (members: readonly ts.TypeElement[], prefix: string): string[] =>
  members.filter(ts.isPropertySignature).flatMap((member) => {
    const name = `${prefix}${member.name.getText()}`;
    const { type } = member;
    if (type && ts.isTypeLiteralNode(type)) {
      const words = wordsOf(member);
      return [...(words === '' ? [] : [row(name, 'object', words)]), ...rowsOf(type.members, `${name}.`)];
    }
    return [row(name, type?.getText() ?? '', wordsOf(member))];
  });

const row = (name: string, type: string, words: string): string =>
  `| \`${name}\` | \`${type.replaceAll('|', '\\|')}\` | ${words.replaceAll('|', '\\|')} |`;

const wordsOf = (member: ts.PropertySignature): string =>
  ts
    .getJSDocCommentsAndTags(member)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '')
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
