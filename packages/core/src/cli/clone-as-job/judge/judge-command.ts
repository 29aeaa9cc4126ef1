import type { Facts, Wishes } from '../facts.ts';
import { type Finding, finding, some } from '../finding.ts';

/** Whether the command itself does in a job what it does here. */
export const judgeCommand = (
  { trail: { notebooks, goesTo, byPath, missing, notFollowed } }: Facts,
  { env }: Wishes,
): Finding[] => [
  ...[...missing].map((path) =>
    finding('missing-file', `The command runs ${path}, which is not there.`, {
      todo: 'call this in the folder in which the command works',
      about: 'command',
      paths: [path],
    }),
  ),
  ...notebooks
    .filter(({ by }) => by === 'python')
    .map(({ path }) =>
      finding('notebook', `${path} is a notebook, which Python does not run.`, {
        todo: `papermill ${path} output.ipynb, with papermill among the packages`,
        about: 'command',
      }),
    ),
  ...[...goesTo].map((folder) =>
    finding('changes-directory', `The command goes to ${folder} before it runs.`, {
      todo: 'call this in that folder, without the `cd`: it becomes the working directory of the job',
      about: 'working_dir',
    }),
  ),
  ...(notFollowed.size === 0
    ? []
    : [
        finding(
          'not-followed',
          `What ${some([...notFollowed])} runs and reads is not looked into, but for the files that are named in the call.`,
          { todo: '--try runs it in a clean checkout, and shows', about: 'command' },
        ),
      ]),
  ...('PYTHONPATH' in env ? [] : [...foldersOf(byPath)]).map(([folder, modules]) =>
    finding(
      'import-path',
      `${some(modules)} is found in ${folder === '' ? 'the root of the repository' : folder} only by PYTHONPATH or because the project is installed here.`,
      {
        todo: `--env PYTHONPATH=PATH, relative to the working directory, or \`pip install\` the project in the start script`,
        about: 'environment_variables',
      },
    ),
  ),
];

const foldersOf = (byPath: ReadonlyMap<string, string>): Map<string, string[]> =>
  Map.groupBy([...byPath.keys()], (module) => byPath.get(module) ?? '');
