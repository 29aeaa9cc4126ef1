import type { Language } from './trail.ts';

type Words = readonly (string | null)[];

/** What a program that runs other code is called with. */
export interface ProgramCall {
  /** A file that it runs. */
  script?: string;
  /** Code that stands in the call itself. */
  code?: string;
  /** A Python module that it runs. */
  module?: string;
  /** A script of the package.json. */
  npmScript?: string;
  /** Files that it loads before. */
  preloads?: readonly string[];
  /** Of all these. */
  language?: Language;
  /** What is left: arguments for the code. */
  rest: Words;
}

/** Reads a call of the interpreters that we know; of any other program all is left. */
export const programCall = (name: string, args: Words): ProgramCall => {
  if (isPython(name)) return pythonCall(args);
  if (/^(ba|da|z|k)?sh$/.test(name)) return shellCall(args);
  if (/^(node|nodejs|tsx|ts-node|bun|deno)$/.test(name)) return nodeCall(args);
  if (/^(npm|pnpm|yarn)$/.test(name)) return npmCall(args, name);
  if (name === 'Rscript' || name === 'R') return rCall(args);
  if (name === 'papermill') return papermillCall(args);
  return { rest: args };
};

/** Whether it is one of them. */
export const isKnownProgram = (name: string): boolean =>
  isPython(name) || /^((ba|da|z|k)?sh|node|nodejs|tsx|ts-node|bun|deno|npm|pnpm|yarn|Rscript|R|papermill)$/.test(name);

export const isPython = (name: string): boolean => /^(python|pypy|ipython)(\d(\.\d+)?)?$/.test(name);

const pythonCall = (args: Words): ProgramCall => {
  for (const [index, word] of args.entries()) {
    const behind = args[index + 1] ?? undefined;
    const previous = args[index - 1];
    if (previous === '-W' || previous === '-X') continue;
    // `-c`, `-m`, `-um name`, `-mname`
    const [, kind, value] = /^-[bBdEhiIOPqRsSuvx]*([cm])(.*)$/s.exec(word ?? '') ?? [];
    const given = value || behind;
    const rest = args.slice(value ? index + 1 : index + 2);
    if (kind === 'c') return { code: given ?? '', language: 'python', rest };
    if (kind === 'm') return { ...(given !== undefined && { module: given }), language: 'python', rest };
    if (word === null || word === '-') return { rest: args.slice(index + 1) };
    if (!word.startsWith('-'))
      return { script: word, language: word.endsWith('.ipynb') ? 'notebook' : 'python', rest: args.slice(index + 1) };
  }
  return { rest: [] };
};

const shellCall = (args: Words): ProgramCall => {
  for (const [index, word] of args.entries()) {
    if (word === null) return { rest: args.slice(index + 1) };
    if (/^-[a-z]*c[a-z]*$/.test(word))
      return { code: args[index + 1] ?? '', language: 'shell', rest: args.slice(index + 2) };
    if (args[index - 1] === '-o') continue;
    if (!word.startsWith('-')) return { script: word, language: 'shell', rest: args.slice(index + 1) };
  }
  return { rest: [] };
};

const nodeCall = (args: Words): ProgramCall => {
  const preloads: string[] = [];
  for (const [index, word] of args.entries()) {
    const previous = args[index - 1] ?? '';
    if (/^(-r|--require|--import|--loader|--env-file)$/.test(previous)) {
      if (word?.startsWith('.') || previous === '--env-file') preloads.push(word ?? '');
    } else if (/^(-e|--eval|-p|--print)$/.test(word ?? ''))
      return { code: args[index + 1] ?? '', language: 'javascript', preloads, rest: args.slice(index + 2) };
    else if (word === null) return { preloads, rest: args.slice(index + 1) };
    else if (!word.startsWith('-') && word !== 'run' && word !== 'watch')
      return { script: word, language: 'javascript', preloads, rest: args.slice(index + 1) };
  }
  return { preloads, rest: [] };
};

const npmCall = ([first, second, ...rest]: Words, name: string): ProgramCall => {
  if (first === 'run' || first === 'run-script') return { ...(second != null && { npmScript: second }), rest };
  if (first === 'start' || first === 'test')
    return { npmScript: first, rest: second === undefined ? rest : [second, ...rest] };
  // `pnpm etl` is `pnpm run etl`, where that is no command of its own.
  if (name !== 'npm' && first != null && !first.startsWith('-'))
    return { npmScript: first, rest: second === undefined ? rest : [second, ...rest] };
  return { rest: [] };
};

const rCall = (args: Words): ProgramCall => {
  for (const [index, word] of args.entries()) {
    const behind = args[index + 1] ?? undefined;
    const named = /^--file=(.+)$/.exec(word ?? '')?.[1] ?? (word === '-f' || word === 'BATCH' ? behind : undefined);
    if (named !== undefined) return { script: named, language: 'r', rest: args.slice(index + 2) };
    if (word === '-e') return { code: behind ?? '', language: 'r', rest: args.slice(index + 2) };
    if (word !== null && !word.startsWith('-') && word !== 'CMD')
      return { script: word, language: 'r', rest: args.slice(index + 1) };
  }
  return { rest: [] };
};

// Its second word is what it writes.
const papermillCall = (args: Words): ProgramCall => {
  const notebooks = args.filter((word) => word?.endsWith('.ipynb'));
  const [script, output] = notebooks;
  return {
    ...(script != null && { script, language: 'notebook' }),
    rest: args.filter((word) => word !== script && word !== output),
  };
};
