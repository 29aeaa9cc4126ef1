import type { Uncommitted } from '../checkout/read-states.ts';
import type { Facts } from '../facts.ts';
import { type Finding, type FindingCode, finding, some } from '../finding.ts';
import { type Read, type Stray, theCommand } from '../follow/trail.ts';

/** Whether the job will find every file that is read here. */
export const judgeFiles = (facts: Facts): Finding[] => [
  ...judgeUncommitted(facts),
  ...judgeStrays(facts),
  ...facts.pointers.map((path) =>
    finding('lfs-pointer', `Of ${path} there is only the pointer here: git-lfs has not fetched it.`, {
      todo: 'git lfs pull',
      paths: [path],
    }),
  ),
  ...judgeElsewhere(facts),
];

interface Sight {
  path: string;
  read: Read;
}

const judgeUncommitted = ({ uncommitted, trail }: Facts): Finding[] => {
  // Of a folder one finding for each kind, and of an ignored folder one for all that is read in it.
  const groups = new Map<string, Sight[]>();
  for (const [path, wrong] of uncommitted) {
    const read = trail.reads.get(path) ?? { by: theCommand, line: null, how: 'data' };
    for (const each of wrong) {
      if (read.how === 'env' && each.state !== 'changed') continue;
      const isAbove = each.path.endsWith('/') && `${path}/`.startsWith(each.path);
      const key = [each.state, read.how === 'mention', isAbove ? each.path : path].join(' ');
      const told = isAbove ? path : each.path;
      const group = groups.get(key) ?? [];
      if (!group.some((other) => other.path === told)) groups.set(key, [...group, { path: told, read }]);
    }
  }
  return [...groups].map(([key, sights]) => words[key.split(' ')[0] as Uncommitted['state']](sights));
};

const words: Readonly<Record<Uncommitted['state'], (sights: Sight[]) => Finding>> = {
  changed: (sights) =>
    ofFiles('changed-file', sights, {
      what: 'differs from what is committed',
      todo: 'commit and push it: a job runs what is in git',
    }),
  untracked: (sights) =>
    ofFiles('untracked-file', sights, {
      what: 'is not in git',
      todo: 'git add it, commit and push: the job would not find it',
    }),
  nested: (sights) =>
    ofFiles('untracked-file', sights, {
      what: 'is in a git repository of its own, which this one does not have',
      todo: 'make a submodule of that (git submodule add), or remove its .git and git add it',
    }),
  ignored: (sights) =>
    ofFiles('ignored-file', sights, {
      what: 'is ignored by git, so that a job does not find it',
      todo: 'git add -f it, fetch it in the start script, or let the code read it from where the job can',
    }),
};

const ofFiles = (code: FindingCode, sights: Sight[], { what, todo }: { what: string; todo: string }): Finding => {
  const [first] = sights;
  const paths = sights.map(({ path }) => path);
  const by = first === undefined ? theCommand : placeOf(first.read);
  if (first?.read.how === 'mention')
    return finding('named-folder', `${by} names a folder, and ${some(paths)} ${what}.`, {
      todo: 'nothing, where the code only writes there',
      paths,
    });
  // What is in it is nobody else's.
  const isEnv = paths.every((path) => /(^|\/)\.env[\w.]*$/.test(path));
  const same = sights.every(({ read }) => placeOf(read) === by);
  const told = same
    ? [`${some(paths)} (read by ${by})`]
    : sights.map(({ path, read }) => `${path} (read by ${placeOf(read)})`);
  return finding(code, `${some(told)} ${what}.`, { todo: isEnv ? forVariables : todo, paths });
};

const forVariables =
  'give the job its variables by --env NAME=VALUE and --secret NAME, and let the command do without the file';

const placeOf = ({ by, line }: Pick<Read, 'by' | 'line'>): string => (line === null ? by : `${by}:${line}`);

const judgeStrays = ({ trail }: Facts): Finding[] => {
  const findings = new Map<string, Finding>();
  for (const stray of trail.strays) {
    const [code, todo] = strayWords[stray.where];
    const key = `${code} ${stray.path}`;
    if (!findings.has(key)) findings.set(key, finding(code, sentence(stray), { todo, paths: [stray.path] }));
  }
  return [...findings.values()];
};

const strayWords: Readonly<Record<Stray['where'], readonly [FindingCode, string]>> = {
  home: ['home-file', 'no job has your home: read it from where the job can, or fetch it in the start script'],
  absolute: ['outside-file', 'make sure that it is where the job runs, or let the code read it from where the job can'],
  inside: ['absolute-path', 'name it relative to the working directory: a job has its checkout elsewhere'],
  'leads-out': ['outside-repository', 'move it into the repository, or name it by where the job can read it'],
};

const sentence = ({ path, where, how, ...stray }: Stray): string => {
  const place = placeOf(stray);
  const verb = how === 'program' ? 'runs' : how === 'mention' ? 'uses' : 'reads';
  const what = {
    home: 'is in your home',
    absolute: 'is outside the repository',
    inside: 'names the checkout by its place on this machine',
    'leads-out': 'leads out of the repository',
  }[where];
  return `${place} ${verb} ${path}, which ${what}.`;
};

// Not every way by which a program reads a file can be seen.
const judgeElsewhere = ({ uncommitted, allUncommitted }: Facts): Finding[] => {
  const told = new Set([...uncommitted.values()].flat().map(({ path }) => path));
  const others = allUncommitted.filter(
    ({ path }) => !told.has(path) && ![...told].some((each) => each.startsWith(path)),
  );
  if (others.length === 0) return [];
  return [
    finding(
      'changes-elsewhere',
      `Not as committed, although the command was not seen to read it: ${some(others.map(({ path }) => path))}.`,
      {
        todo: 'commit what belongs to the job',
      },
    ),
  ];
};
