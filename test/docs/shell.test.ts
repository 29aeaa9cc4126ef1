import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../packages/core/src/cli/commands.ts';
import { parseCall } from '../../packages/core/src/cli/parse-call.ts';
import { blocks, pages, root } from './support/pages.ts';

const lines = [
  ...blocks
    .filter(({ language }) => ['sh', 'shell', 'bash'].includes(language))
    .flatMap(({ page, code }) =>
      code
        .replaceAll('\\\n', ' ')
        .split('\n')
        .map((text) => ({ page, text })),
    ),
  // And those that are only set in by four spaces.
  ...pages.flatMap(({ name, text }) =>
    [...text.matchAll(/^ {4}(\S.*)$/gm)].map(([, line = '']) => ({ page: name, text: line })),
  ),
];
const called = (pattern: RegExp) =>
  lines.flatMap(({ page, text }) => {
    const found = pattern.exec(text);
    return found ? [{ page, text, what: found[1] ?? '' }] : [];
  });

// Those of the root, and of the folder that the page is in.
const scriptsAt = (folder: string): string[] => {
  const file = join(root, folder, 'package.json');
  return existsSync(file) ? Object.keys(JSON.parse(readFileSync(file, 'utf8')).scripts ?? {}) : [];
};

describe('commands that the docs tell', () => {
  it.each(called(/^(?:\$ |npx )?runyard (.+)/))('$page: $text', async ({ what }) => {
    const [name = '', ...words] = what.replace(/(\s#|[<>|]).*/, '').match(/'[^']*'|"[^"]*"|[^\s[\]()…]+/g) ?? [];
    const command = await commands[name]?.load();
    expect(command, `the command ${name}`).toBeDefined();
    const end = words.indexOf('--');
    const options = (end < 0 ? words : words.slice(0, end)).filter((word) => /^--?[a-z]/.test(word));
    // Asked for its help only, a command still refuses options that it does not have.
    for (const option of options) expect(() => command && knows(command, option.replace(/[=,].*/, ''))).not.toThrow();
  });

  it.each(called(/npx -y pnpm@12 (?:run )?([a-z][\w:-]*)/))('$page: $text', ({ page, what }) => {
    expect([...scriptsAt('.'), ...scriptsAt(dirname(page)), 'install', 'changeset']).toContain(what);
  });

  it.each(called(/^node ([\w./-]+\.ts)\b/))('$page: $text', ({ page, what }) => {
    expect(existsSync(join(root, what)) || existsSync(join(root, dirname(page), what))).toBe(true);
  });

  it.each(called(/^npm install (.+?)(?:\s#.*)?$/))('$page: $text', ({ what }) => {
    for (const name of what.split(' ').filter((word) => word.startsWith('@runyard/')))
      expect(existsSync(join(root, 'packages', name.slice('@runyard/'.length), 'package.json')), name).toBe(true);
  });
});

// An option with a value and one without are both tried: only one that is unknown is refused both times.
const knows = (command: Parameters<typeof parseCall>[0], option: string): void => {
  try {
    parseCall(command, ['--help', option]);
  } catch {
    parseCall(command, ['--help', option, 'value']);
  }
};
