import { type Asked, type Checked, checkJobs, hasErrors, tellFindings } from '../client/check-jobs.ts';
import { clientFor } from '../client/client.ts';
import { askingExits, optionTexts } from '../client/options.ts';
import { ownerText } from '../client/owner-text.ts';
import { clientHelp, clientOptions } from '../client/settings.ts';
import type { JobShape } from '../client/shapes.ts';
import { type Command, type Report, UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Paint, paintFor } from '../output/paint.ts';
import { type Change, differences } from './differences.ts';
import { readDocuments } from './read-documents.ts';

export const applyCommand: Command = {
  usage: 'runyard apply -f FILE… [--prune] [--dry-run] [--no-check | --strict] [--json]',
  help: [
    'Creates or updates jobs by owner and name, from YAML (or JSON) with the fields of the HTTP API; a file may hold several',
    'documents. Does nothing where nothing changed, so that each deploy may call it. All jobs are checked before the first',
    'is written. A pause that was set by hand stays. Says what would go wrong with those that changed: repositories, refs,',
    'secrets, images, schedules.',
    '',
    '  -f, --file FILE    may be repeated; - is stdin',
    '  --prune            remove jobs of the same owners that were applied once and are not among these; what is active of',
    '                     them is cancelled',
    '  --dry-run          change nothing, and show what would change',
    '  --no-check         do not look at what would go wrong, which takes a minute at most for four jobs, and two for all',
    '  --strict           end with 65 where one of those that changed would fail; they are applied all the same',
    ...clientHelp,
    '',
    `Exit codes: 0; 65 with --strict: applied, but one of them would fail; ${askingExits}`,
  ],
  options: {
    ...clientOptions,
    file: { type: 'string', short: 'f', multiple: true },
    prune: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    'no-check': { type: 'boolean' },
    strict: { type: 'boolean' },
  },
  async run(given) {
    const { options, words } = given;
    if (words.length > 0) throw new UsageError(`What is \`${words[0]}\`? A file is named by -f.`);
    if (options.strict === true && options['no-check'] === true)
      throw new UsageError('Either `--strict` or `--no-check`.');
    const files = optionTexts(given, 'file');
    if (files.length === 0) throw new UsageError('Say which file: `-f job.yaml`.');
    const jobs = (await Promise.all(files.map((file) => readDocuments(given, file)))).flat();
    if (jobs.length === 0) throw new UsageError(`There is no job in ${files.join(', ')}.`);
    const client = await clientFor(given);
    const dryRun = options['dry-run'] === true;
    const { changes } = await client.send<{ changes: Change[] }>('PUT', '/jobs', {
      query: { dry_run: dryRun, prune: options.prune === true },
      body: { jobs },
      repeatable: true,
    });
    const checked = options['no-check'] === true ? [] : await checkJobs(client, toCheck(changes, dryRun ? jobs : []));
    if (options.json !== true) tellFindings(given.terminal, checked);
    const isRefused = options.strict === true && hasErrors(checked);
    return report(changes, { dryRun, paint: paintFor(given.terminal), checked, isRefused });
  },
};

// What was applied comes in the order of the documents, and behind it what was removed. Of a dry run the document is what there is.
const toCheck = (changes: readonly Change[], documents: readonly object[]): Asked[] =>
  changes.flatMap(({ change, id, name }, index): Asked[] => {
    if (change !== 'created' && change !== 'updated') return [];
    const body = documents[index];
    if (body !== undefined) return [{ name, body }];
    return id === null ? [] : [{ name, id }];
  });

interface Shown {
  dryRun: boolean;
  paint: Paint;
  checked: readonly Checked[];
  isRefused: boolean;
}

const report = (changes: readonly Change[], { dryRun, paint, checked, isRefused }: Shown): Report => ({
  exit: isRefused ? exitCodes.notReady : exitCodes.done,
  lines: [
    ...changes.flatMap((change) => [
      `${words[change.change](paint)}  ${change.name} (${ownerOf(change)})${change.id === null ? '' : `  ${paint.faint(change.id)}`}`,
      ...(change.change === 'updated' ? differences(change).map((line) => `    ${line}`) : []),
    ]),
    ...(dryRun ? ['Nothing was changed (--dry-run).'] : []),
  ],
  json: {
    changes: changes.map(({ before, after, ...change }) => ({
      ...change,
      ...(change.change === 'updated' && { differences: differences({ before, after }) }),
    })),
    dry_run: dryRun,
    checked,
  },
});

const ownerOf = ({ owner, before, after }: Change): string => {
  const known = (after ?? before)?.owner as JobShape['owner'] | undefined;
  return known === undefined ? owner : ownerText(known);
};

const words: Readonly<Record<Change['change'], (paint: Paint) => string>> = {
  created: (paint) => paint.good('created  '),
  updated: (paint) => paint.busy('updated  '),
  unchanged: (paint) => paint.faint('unchanged'),
  removed: (paint) => paint.bad('removed  '),
};
