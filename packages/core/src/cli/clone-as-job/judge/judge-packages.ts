import type { Facts, Wishes } from '../facts.ts';
import { type Finding, finding, some } from '../finding.ts';
import { declaredPython, pyprojectRequirements } from '../packages/declared-python.ts';
import { missingPython } from '../packages/missing-python.ts';
import type { PackagesFile } from '../packages/packages-files.ts';

const about = 'extra_packages';

/** Whether the job gets the packages that the code needs. */
export const judgePackages = (facts: Facts, wishes: Wishes): Finding[] => {
  const { languages, packages } = facts.trail;
  return [
    ...(languages.has('python') || facts.installed !== null ? judgePython(facts, wishes) : []),
    ...(languages.has('javascript') || packages.node.size > 0 ? judgeNode(facts) : []),
    ...(languages.has('r') ? judgeR(facts) : []),
  ];
};

const judgePython = ({ trail, packagesFiles, installed }: Facts, { image }: Wishes): Finding[] => {
  const declared = declaredPython(packagesFiles);
  const missing = installed === null ? [] : missingPython(trail, declared, installed);
  const [file] = packagesFiles.filter(({ kind }) => kind === 'requirements');
  const where = file === undefined ? 'a requirements.txt' : file.path;
  const unless = image === undefined ? '' : `, unless the image ${image} has it`;
  return [
    ...missing.map(({ name, version, needed, by }) =>
      finding(
        'package-not-declared',
        `${by} needs ${needed === name ? name : `${needed} (package ${name})`}, which is installed here and which no file declares${unless}.`,
        {
          todo: `add the line ${name}==${version} to ${where}`,
          about,
        },
      ),
    ),
    ...(declared.local.length > 0
      ? [
          finding(
            'packages-not-read',
            `${where} has lines that mean something only beside it (${some(declared.local, 3)}): a job's packages are installed before it is in its folder.`,
            {
              todo: 'write the packages themselves there, or install them in the start script',
              about,
            },
          ),
        ]
      : []),
    ...unreadPython(packagesFiles),
  ];
};

// Files that the job's packages cannot be taken from.
const unreadPython = (files: readonly PackagesFile[]): Finding[] => {
  if (files.some(({ kind }) => kind === 'requirements' || kind === 'environment')) return [];
  const unread = files.filter(
    ({ kind, text }) =>
      kind === 'pipfile' ||
      (kind === 'pyproject' && pyprojectRequirements(text).length === 0 && /tool\.poetry/.test(text)),
  );
  return unread.map(({ path, kind }) =>
    finding('packages-not-read', `The packages of ${path} are not taken into the job.`, {
      todo: kind === 'pipfile' ? 'pipenv requirements > requirements.txt' : 'poetry export -o requirements.txt',
      about,
    }),
  );
};

const judgeNode = ({ packagesFiles, trail: { packages } }: Facts): Finding[] => {
  const file = packagesFiles.find(({ kind }) => kind === 'package-json');
  const names = [...packages.node];
  if (file === undefined)
    return names.length === 0
      ? []
      : [
          finding('packages-not-read', `There is no package.json for ${some(names)}.`, {
            todo: 'npm init && npm install',
            about,
          }),
        ];
  const missing = names.filter((name) => !declaredNode(file.text).has(name));
  return [
    ...missing.map((name) =>
      finding('package-not-declared', `The code imports ${name}, which ${file.path} does not declare.`, {
        todo: `npm install ${name}`,
        about,
      }),
    ),
    finding(
      'packages-file',
      `Extra packages know nothing of npm: the start script installs what ${file.path} declares.`,
      { about: 'start_script' },
    ),
  ];
};

const judgeR = ({ packagesFiles, trail: { packages } }: Facts): Finding[] => {
  const lock = packagesFiles.find(({ kind }) => kind === 'renv');
  const names = [...packages.r].filter((name) => !ofR.has(name));
  if (lock !== undefined)
    return [
      finding('packages-file', `The start script restores the packages of ${lock.path}.`, { about: 'start_script' }),
    ];
  if (names.length === 0) return [];
  return [
    finding('packages-not-read', `The code uses ${some(names)}, and there is no renv.lock.`, {
      todo: "Rscript -e 'renv::snapshot()', and commit it",
      about,
    }),
  ];
};

const ofR = new Set([
  'base',
  'compiler',
  'datasets',
  'graphics',
  'grDevices',
  'grid',
  'methods',
  'parallel',
  'splines',
  'stats',
  'stats4',
  'tcltk',
  'tools',
  'utils',
]);

const declaredNode = (text: string): Set<string> => {
  try {
    const manifest = JSON.parse(text) as Record<string, unknown>;
    const lists = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
    return new Set([...lists.flatMap((list) => Object.keys(manifest[list] ?? {})), String(manifest.name)]);
  } catch {
    return new Set();
  }
};
