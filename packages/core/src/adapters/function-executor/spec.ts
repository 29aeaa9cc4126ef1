import { RunyardError } from '../../domain/errors.ts';
import { nearest } from '../../domain/job/nearest.ts';
import type { ExecutorInput } from '../../ports/executor.ts';

/** What is kept of a job whose command is `[name, …args]`. */
export interface FunctionSpec {
  name: string;
  args: string[];
}

/** Refuses what a function of this process can never do. */
export function parseFunctionSpec(input: ExecutorInput, known: readonly string[]): FunctionSpec {
  for (const { field, asked, sentence } of unsupported) {
    if (asked(input)) throw new RunyardError('unsupported-by-executor', `\`${field}\`: ${sentence}`, { field });
  }
  const [name, ...args] = typeof input.command === 'string' ? [] : input.command;
  if (name === undefined || !known.includes(name)) throw unknownFunction(input.command, known);
  return { name, args };
}

function unknownFunction(command: string | string[], known: readonly string[]): RunyardError {
  const received = typeof command === 'string' ? command : (command[0] ?? '');
  return new RunyardError('unknown-function', `\`command\`: ${sentenceFor(command, known)}`, {
    field: 'command',
    expected: known.length === 0 ? 'a function of this host, which has none' : `one of ${known.join(', ')}`,
    received,
  });
}

function sentenceFor(command: string | string[], known: readonly string[]): string {
  if (typeof command === 'string') {
    const name = command.split(/\s+/)[0] ?? '';
    return `the function executor has no shell. Write a list: ["${known.includes(name) ? name : (known[0] ?? 'name')}", …args].`;
  }
  const name = command[0] ?? '';
  const meant = nearest(name, known);
  if (meant !== undefined) return `this host has no function "${name}". Did you mean "${meant}"?`;
  return `this host has no function "${name}". Give it to functionExecutor({ functions }); it has: ${known.join(', ') || 'none'}.`;
}

const unsupported: readonly { field: string; asked(input: ExecutorInput): boolean; sentence: string }[] = [
  {
    field: 'image',
    asked: ({ image }) => image !== null,
    sentence: 'a function runs in the host’s process, not in an image. Leave it out, or use the Docker executor.',
  },
  {
    field: 'hardware',
    asked: ({ hardware }) => hardware === 'gpu',
    sentence: 'a function runs in the host’s process, which leases no GPU. Use another executor.',
  },
  {
    field: 'scale',
    asked: ({ scale }) => scale !== 1,
    sentence: 'a function runs once, in the host’s process. Set it to 1.',
  },
  {
    field: 'sources',
    asked: ({ sources }) => sources.length > 0,
    sentence: 'a function is code of the host and has no workspace. Leave it out, or use the process executor.',
  },
  {
    field: 'extraPackages',
    asked: ({ extraPackages }) => extraPackages !== null,
    sentence: 'a function uses the packages of the host. Leave it out, or use the process executor.',
  },
  {
    field: 'startScript',
    asked: ({ startScript }) => startScript !== null,
    sentence: 'a function has no shell to run it in. Leave it out, or use the process executor.',
  },
  {
    field: 'workingDir',
    asked: ({ workingDir }) => workingDir !== null,
    sentence: 'a function has no workspace; its working directory is the host’s. Leave it out.',
  },
  {
    field: 'secrets',
    asked: ({ secrets }) => secrets.some(({ type }) => type === 'file'),
    sentence:
      'a function has no files of its own. Attach the secret as an environment variable; it comes in `ctx.env`.',
  },
];
