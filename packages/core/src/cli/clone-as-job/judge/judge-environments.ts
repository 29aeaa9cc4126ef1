import { posix } from 'node:path';
import { shellQuote } from '../../../domain/run/shell-quote.ts';
import type { Facts, Wishes } from '../facts.ts';
import { type Finding, finding } from '../finding.ts';
import { theCommand } from '../follow/trail.ts';
import { hasSecrets } from './judge-secrets.ts';

/** A job has its packages from what the checkout declares, and not from a folder that was made on this machine. */
export const judgeEnvironments = (facts: Facts, { command }: Wishes): Finding[] =>
  [...facts.trail.environments].map(([path, { kind, by }]) =>
    finding('own-environment', `${by} uses ${path}, ${kindNames[kind]} of this machine, which no job has.`, {
      todo: `${by === theCommand ? instead(facts, command) : leaveOut(path, by)}; ${packages[kind]}`,
      about: 'command',
    }),
  );

const kindNames = { python: 'a Python environment', node: 'an installed package' };
const packages = {
  python: 'a job gets its packages from the requirements.txt (or environment.yml, pyproject.toml)',
  node: 'a job installs what the package.json declares',
};

const leaveOut = (path: string, by: string): string => `call it by its name, or leave it out, in ${by}: ${path}`;

// The very words to type, unless one of them is secret.
const instead = (facts: Facts, command: Wishes['command']): string => {
  const { environments } = facts.trail;
  if (hasSecrets(facts)) return 'leave it out of the command, and call programs by their names';
  const plain = (word: string): string => {
    const kind = environments.get(word)?.kind;
    return kind === undefined ? word : `${kind === 'node' ? 'npx ' : ''}${posix.basename(word)}`;
  };
  if (typeof command !== 'string') {
    const words = command.flatMap((word) => (environments.has(word) ? plain(word).split(' ') : [word]));
    return `type instead: -- ${words.map(quoted).join(' ')}`;
  }
  const text = [...environments.keys()].reduce(
    (left, path) => (isActivate(path) ? withoutActivating(left, path) : left.replaceAll(path, plain(path))),
    command,
  );
  return `type instead: -- ${/[;&|<>$`"'*?()~]/.test(text) ? shellQuote(text) : text}`;
};

const quoted = (word: string): string => (/^[\w./:=@%+,-]+$/.test(word) ? word : shellQuote(word));

const isActivate = (path: string): boolean => /(^|\/)activate[.\w]*$|^\w+ activate\b/.test(path);

// `source .venv/bin/activate && `
const withoutActivating = (text: string, path: string): string => {
  const at = text.indexOf(path);
  if (at === -1) return text;
  const before = text.slice(0, at).replace(/(source|\.)\s+["']?$/, '');
  return `${before}${text.slice(at + path.length).replace(/^["']?\s*(&&|;|\n)\s*/, '')}`.trim();
};
