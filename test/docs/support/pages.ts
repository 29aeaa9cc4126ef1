import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../../..');

export interface Page {
  /** `docs/time.md` */
  name: string;
  text: string;
}

export interface Block {
  page: string;
  /** Of its first line. */
  line: number;
  language: string;
  code: string;
}

const inFolder = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

/** Everything that a reader is told: docs, and the pages of the root, the packages and the examples. */
export const pages: readonly Page[] = [
  ...inFolder('.'),
  ...inFolder('docs'),
  ...inFolder('examples'),
  ...['packages', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => inFolder(join(folder, name))),
  ),
].map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));

/** Its fenced blocks. */
export const blocksOf = ({ name, text }: Page): Block[] =>
  [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(({ 1: language = '', 2: code = '', index }) => ({
    page: name,
    line: text.slice(0, index).split('\n').length + 1,
    language,
    code,
  }));

export const blocks: readonly Block[] = pages.flatMap(blocksOf);
