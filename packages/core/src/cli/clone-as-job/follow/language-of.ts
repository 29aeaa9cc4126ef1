import type { Language } from './trail.ts';

/** By the end of its name; undefined: it is no program that we read. */
export const languageByName = (path: string): Language | undefined =>
  byEnd[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''];

/** By its first line. */
export const languageByShebang = (text: string): Language | undefined => {
  const first = /^#!(.*)/.exec(text)?.[1] ?? '';
  return byProgram.find(([pattern]) => pattern.test(first))?.[1];
};

const byEnd: Readonly<Record<string, Language>> = {
  py: 'python',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  ts: 'javascript',
  mts: 'javascript',
  cts: 'javascript',
  jsx: 'javascript',
  tsx: 'javascript',
  r: 'r',
  sh: 'shell',
  bash: 'shell',
  zsh: 'shell',
  ipynb: 'notebook',
};

const byProgram: readonly (readonly [RegExp, Language])[] = [
  [/\b(python|pypy)/, 'python'],
  [/\b(node|tsx|bun|deno)\b/, 'javascript'],
  [/\b(Rscript|littler)\b/, 'r'],
  [/\b(ba|da|z|k)?sh\b/, 'shell'],
];
