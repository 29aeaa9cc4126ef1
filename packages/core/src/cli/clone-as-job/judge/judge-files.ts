import type { Uncommitted } from '../checkout/read-states.ts';
import type { Facts } from '../facts.ts';
import { type Finding, type FindingCode, finding, some } from '../finding.ts';
import type { Stray } from '../follow/trail.ts';

/** Whether the job will find every file that is read here. */
export const judgeFiles = (facts: Facts): Finding[] => [
  ...judgeUncommitted(facts),
  ...judgeStrays(facts),
  ...facts.pointers.map((path) =>
    finding('lfs-pointer', `Of ${path} there is only the pointer here: git-lfs has not fetched it.`, {
      todo: 'git lfs pull',
    }),
  ),
  ...judgeElsewhere(facts),
];

const judgeUncommitted = ({ uncommitted, trail }: Facts): Finding[] => {
  const told = new Set<string>();
  const findings: Finding[] = [];
  for (const [read, wrong] of uncommitted) {
    const by = trail.reads.get(read)?.by ?? 'the command';
    // Of a folder that is read, one finding for each kind; of a file, its own.
    for (const state of ['changed', 'untracked', 'ignored'] as const) {
      const paths = wrong.filter((each) => each.state === state && !told.has(each.path)).map(({ path }) => path);
      for (const path of paths) told.add(path);
      if (paths.length > 0) findings.push(words[state](some(paths), by));
    }
  }
  return findings;
};

const words: Readonly<Record<Uncommitted['state'], (paths: string, by: string) => Finding>> = {
  changed: (paths, by) =>
    finding('changed-file', `${paths} (read by ${by}) differs from what is committed.`, {
      todo: 'commit and push it: a job runs what is in git',
    }),
  untracked: (paths, by) =>
    finding('untracked-file', `${paths} (read by ${by}) is not in git.`, {
      todo: 'git add it, commit and push: the job would not find it',
    }),
  ignored: (paths, by) =>
    finding('ignored-file', `${paths} (read by ${by}) is ignored by git, so that a job does not find it.`, {
      todo: 'git add -f it, fetch it in the start script, or let the code read it from where the job can',
    }),
};

const judgeStrays = ({ trail }: Facts): Finding[] => {
  const findings = new Map<string, Finding>();
  for (const stray of trail.strays) {
    const [code, todo] = strayWords[stray.where];
    const key = `${code} ${stray.path}`;
    if (!findings.has(key)) findings.set(key, finding(code, sentence(stray), { todo }));
  }
  return [...findings.values()];
};

const strayWords: Readonly<Record<Stray['where'], readonly [FindingCode, string]>> = {
  home: ['home-file', 'no job has your home: read it from where the job can, or fetch it in the start script'],
  absolute: ['outside-file', 'make sure that it is where the job runs, or let the code read it from where the job can'],
  inside: ['absolute-path', 'name it relative to the working directory: a job has its checkout elsewhere'],
  'leads-out': ['outside-repository', 'move it into the repository, or name it by where the job can read it'],
};

const sentence = ({ path, by, line, where, how }: Stray): string => {
  const place = line === null ? by : `${by}:${line}`;
  const verb = how === 'program' ? 'runs' : 'reads';
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
