import type { Facts } from '../facts.ts';
import { type Finding, finding } from '../finding.ts';
import { hasSecretInside, hasSecretName } from '../looks-secret.ts';

/** Whether what everybody may read who may read the job has a secret in it. No value is ever told. */
export const judgeSecrets = (facts: Facts): Finding[] => [
  ...[...new Set(facts.trail.typed.flatMap(secretsAmong))].map((what) =>
    finding('secret-in-command', `${what} looks like a secret, and everybody who may read the job would see it.`, {
      todo: "make a secret of it for the job's owner, attach it by --secret VARIABLE, and let the program read that variable",
      about: 'command',
    }),
  ),
  ...(facts.trail.languages.has('python') ? facts.packagesFiles.flatMap(secretLines) : []),
];

/** Whether the command may not be shown. */
export const hasSecrets = ({ trail }: Pick<Facts, 'trail'>): boolean =>
  trail.typed.some((words) => secretsAmong(words).length > 0);

// What is secret in it, told by what stands around it.
const secretsAmong = (words: readonly (string | null)[]): string[] =>
  words.flatMap((word, index): string[] => {
    if (word === null) return [];
    const { name, value } = namedValue(word, words[index - 1] ?? null);
    if (name !== null && namesValue(name) && isValue(name, value)) return [`What the command gives as ${name}`];
    if (hasSecretInside(word))
      return [name === null ? `Word ${index + 1} of the command` : `What the command gives as ${name}`];
    return [];
  });

// `--token=x`, `TOKEN=x`, or `x` behind `--token`
const namedValue = (word: string, previous: string | null): { name: string | null; value: string } => {
  const [, name, value] = /^(-{1,2}[\w-]+|[A-Za-z_]\w*)=(.*)$/s.exec(word) ?? [];
  if (name !== undefined && value !== undefined) return { name, value };
  return { name: /^--[\w-]+$/.test(previous ?? '') && !word.startsWith('-') ? previous : null, value: word };
};

// `--token-file` names where it is, and `--max-token-count` how many.
const namesValue = (option: string): boolean => {
  const name = option.replace(/^-+/, '').replaceAll('-', '_');
  return (
    hasSecretName(name) && !/_(file|path|dir|folder|name|env|var|url|uri|stdin|id|count|limit|length|type)$/i.test(name)
  );
};

// `$TOKEN` is what another shell puts there, `./key.json` where it is, `--max-token 100` how many.
const isValue = (name: string, value: string): boolean =>
  value !== '' &&
  !/^(\$|true$|false$|none$|[.~]{0,2}\/)/i.test(value) &&
  !/^[\w.-]+\.(json|ya?ml|txt|pem|key|toml|ini|cfg|conf|env|csv|p12|crt)$/.test(value) &&
  !(/token/i.test(name) && /^\d+$/.test(value)) &&
  !/dsn$/i.test(name);

const secretLines = ({ kind, path, text }: Facts['packagesFiles'][number]): Finding[] => {
  if (kind !== 'requirements' && kind !== 'environment' && kind !== 'pyproject') return [];
  return text.split('\n').flatMap((line, index) =>
    hasSecretInside(line)
      ? [
          finding(
            'secret-in-packages',
            `${path}:${index + 1} has what looks like a token or a password in it, and everybody who may read the job would see it.`,
            {
              todo: 'take it out, and let pip find it by a secret of the job: in the variable PIP_INDEX_URL, or in one that the URL names by $ and braces',
              about: 'extra_packages',
            },
          ),
        ]
      : [],
  );
};
