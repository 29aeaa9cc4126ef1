import { judgeVersion } from '../../../domain/store-version.ts';
import type { StoreInspection } from '../../../ports/store-inspection.ts';
import { type Finding, note, ok, warning, wrong } from '../finding.ts';
import { checkClock } from './clock.ts';

/** `restore` says how a backup is put back. */
export const checkStore = (store: StoreInspection, now: number, restore: string): Finding[] => {
  if (store.version === null && store.unreadable.length === 0)
    return [
      note('store', `There is no store at ${store.where} yet: the first host makes it.`),
      ...checkClock(store, now),
    ];
  return [
    ...checkVersion(store),
    ...checkInstallation(store),
    ...checkFiles(store, restore),
    ...checkPromises(store),
    ...checkClock(store, now),
  ];
};

const checkVersion = ({ version, known }: StoreInspection): Finding[] => {
  if (version === null) return [];
  const verdict = judgeVersion(version, Array(known).fill({ step: '', worksSince: 1 }));
  switch (verdict.kind) {
    case 'due':
      return [
        note(
          'version',
          `Store version ${verdict.from}; the next host migrates it to ${verdict.to}, or \`runyard migrate\` does.`,
        ),
      ];
    case 'too-new':
      return [
        wrong(
          'version',
          `Store version ${version.version}, for code that knows ${version.worksSince} or later; this Runyard knows ${known}.`,
          'Upgrade @runyard/core where this store is used.',
        ),
      ];
    case 'fits':
      return [ok('version', `Store version ${version.version}; this Runyard knows ${known}.`)];
  }
};

const checkInstallation = ({ installation, where }: StoreInspection): Finding[] =>
  /^[0-9a-f]{32}$/.test(installation ?? '')
    ? [ok('installation', `${installation}.`)]
    : [
        wrong(
          'installation',
          `${where} has no installation id (${installation}), by which what runs is known again.`,
          'Put back a backup: without it nothing of what runs is adopted.',
        ),
      ];

const checkFiles = ({ damage, unreadable, where }: StoreInspection, restore: string): Finding[] => {
  if (damage.length === 0 && unreadable.length === 0) return [ok('integrity', `${where} is whole.`)];
  return [
    ...damage.map((line) => wrong('integrity', `${where} is damaged: ${line}`, restore)),
    ...unreadable.map((sentence) => wrong('integrity', sentence, restore)),
  ];
};

const checkPromises = ({ broken }: StoreInspection): Finding[] => {
  if (broken.length === 0) return [ok('records', 'Runs, attempts, schedules and the ledger agree with each other.')];
  return broken.map(({ what, examples, todo }) => {
    const says = `There are ${what}: ${examples.join(', ')}.`;
    return todo === undefined ? wrong('records', says, never) : warning('records', says, todo);
  });
};

const never =
  'This should never be: keep a copy of the store and report it. A run that hangs on it ends with `runs.abandon(id)`.';
