/**
 * What may be wrong with a checkout that is to become a job. An `error` is a refusal, unless `--allow` names its code (those
 * without `final`); a `warning` may be harmless; a `note` says what was done about something.
 */
export const findingCodes = {
  'not-a-repository': { level: 'error', final: true },
  'git-refused': { level: 'error', final: true },
  'no-commit': { level: 'error', final: true },
  'no-remote': { level: 'error', final: true },
  'not-pushed': { level: 'error' },
  'changed-file': { level: 'error' },
  'untracked-file': { level: 'error' },
  'ignored-file': { level: 'error' },
  'submodule-changed': { level: 'error' },
  'submodule-not-pushed': { level: 'error' },
  'lfs-pointer': { level: 'error' },
  'absolute-path': { level: 'error' },
  'home-file': { level: 'error' },
  'outside-repository': { level: 'error' },
  'missing-file': { level: 'error' },
  'own-environment': { level: 'error' },
  notebook: { level: 'error' },
  'secret-as-variable': { level: 'error' },
  'secret-in-command': { level: 'error' },
  'secret-in-packages': { level: 'error' },
  'env-file': { level: 'warning' },
  'named-folder': { level: 'warning' },
  'outside-file': { level: 'warning' },
  'changes-elsewhere': { level: 'warning' },
  'no-tag': { level: 'warning' },
  'tag-not-pushed': { level: 'warning' },
  'branch-moved': { level: 'warning' },
  'detached-head': { level: 'warning' },
  'follows-branch': { level: 'warning' },
  'url-credentials': { level: 'warning' },
  'local-remote': { level: 'warning' },
  'no-credential': { level: 'warning' },
  'remote-not-asked': { level: 'warning' },
  'changes-directory': { level: 'warning' },
  'import-path': { level: 'warning' },
  'variable-not-in-job': { level: 'warning' },
  'secret-not-in-job': { level: 'warning' },
  'package-not-declared': { level: 'warning' },
  'packages-not-read': { level: 'warning' },
  'packages-file': { level: 'note' },
  'not-followed': { level: 'note' },
} as const satisfies Readonly<Record<string, { level: Level; final?: true }>>;

export type Level = 'error' | 'warning' | 'note';
export type FindingCode = keyof typeof findingCodes;

export interface Finding {
  code: FindingCode;
  level: Level;
  /** A sentence. Never with the value of a variable. */
  says: string;
  /** What to do about it. */
  todo: string | null;
  /** The field of the job that it is about, by its name on the wire; null: none. */
  about: string | null;
  /** The files that it is about: `--allow CODE=PATH` is for one of them, or for a folder of them. */
  paths: readonly string[];
}

export const finding = (
  code: FindingCode,
  says: string,
  { todo = null, about = null, paths = [] }: Partial<Finding> = {},
): Finding => ({
  code,
  level: findingCodes[code].level,
  says,
  todo,
  about,
  paths,
});

/** Whether it keeps the job from being made. `allowed`: codes, and `CODE=PATH`. */
export const refuses = ({ code, level, paths }: Finding, allowed: ReadonlySet<string>): boolean => {
  if (level !== 'error') return false;
  if ('final' in findingCodes[code]) return true;
  const isAllowed = (path: string): boolean =>
    [...allowed].some(
      (each) => `${code}=${path}` === each || `${code}=${path}`.startsWith(`${each.replace(/\/$/, '')}/`),
    );
  return !allowed.has(code) && !(paths.length > 0 && paths.every(isAllowed));
};

/** `a, b, c and 4 more` */
export const some = (names: readonly string[], most = 5): string => {
  const shown = names.slice(0, most);
  return names.length > most ? `${shown.join(', ')} and ${names.length - most} more` : shown.join(', ');
};
