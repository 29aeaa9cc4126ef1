import { parse } from 'yaml';
import type { PackagesFile } from './packages-files.ts';

/** Python packages that the files of a checkout name. */
export interface DeclaredPython {
  /** As pip compares them. */
  names: ReadonlySet<string>;
  /** Lines of a requirements.txt that mean something only where that file is. */
  local: readonly string[];
}

export const declaredPython = (files: readonly PackagesFile[]): DeclaredPython => {
  const texts = (kind: PackagesFile['kind']): string[] =>
    files.filter((file) => file.kind === kind).map(({ text }) => text);
  const requirements = texts('requirements').flatMap(requirementLines);
  const names = [
    ...[...requirements, ...texts('included').flatMap(requirementLines)].map(nameIn),
    ...texts('environment').flatMap(condaNames),
    ...texts('pyproject').flatMap(pyprojectNames),
    ...texts('pipfile').flatMap((text) => keysOf(text, /^\[(dev-)?packages\]/)),
  ];
  return {
    names: new Set(names.filter((name) => name !== null).map(normalized)),
    local: requirements.filter((line) => /^(-r|-c|-e|--requirement|--constraint|--editable|\.|\/|file:)/.test(line)),
  };
};

/** `Foo_Bar` and `foo-bar` are one package. */
export const normalized = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');

/** The name in front of a requirement: `pandas[sql]>=2; python_version > "3.9"`. */
export const nameIn = (requirement: string): string | null =>
  /^\s*([A-Za-z0-9][\w.-]*)/.exec(requirement)?.[1] ?? /#egg=([\w.-]+)/.exec(requirement)?.[1] ?? null;

/** What a pyproject.toml declares for the code itself, as requirements. */
export const pyprojectRequirements = (text: string): string[] => {
  const project = /^\[project\]\s*$([\s\S]*?)(?=^\[(?!\[)|$(?![\s\S]))/m.exec(text)?.[1] ?? '';
  const list = /^dependencies\s*=\s*\[([\s\S]*?)\]\s*$/m.exec(project)?.[1] ?? '';
  return [...list.matchAll(/"((?:\\.|[^"\\])*)"|'([^']*)'/g)].map(([, a, b]) => (a ?? b ?? '').replace(/\\(.)/g, '$1'));
};

const pyprojectNames = (text: string): (string | null)[] => [
  ...pyprojectRequirements(text).map(nameIn),
  ...keysOf(text, /^\[tool\.poetry(\.group\.[\w-]+)?\.dependencies\]/),
];

const requirementLines = (text: string): string[] =>
  text
    .replace(/\\\n/g, '')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#(?!egg=).*$/, '').trim())
    .filter((line) => line !== '');

const condaNames = (text: string): (string | null)[] => {
  let environment: { dependencies?: unknown } | null;
  try {
    environment = parse(text) as typeof environment;
  } catch {
    return [];
  }
  const listed = Array.isArray(environment?.dependencies) ? (environment.dependencies as unknown[]) : [];
  return listed.flatMap((each) => {
    if (typeof each === 'string')
      return [condaAlias[each.replace(/^.*::/, '').split(/[\s=<>]/, 1)[0] ?? ''] ?? nameIn(each.replace(/^.*::/, ''))];
    const pip = (each as { pip?: unknown } | null)?.pip;
    return Array.isArray(pip) ? pip.map((line) => nameIn(String(line))) : [];
  });
};

// Where conda and pip call one thing by two names.
const condaAlias: Readonly<Record<string, string>> = {
  pytorch: 'torch',
  'py-opencv': 'opencv-python',
  opencv: 'opencv-python',
};

// The keys of a TOML table.
const keysOf = (text: string, head: RegExp): string[] => {
  let isInside = false;
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('[')) isInside = head.test(line);
    const key = /^["']?([\w.-]+)["']?\s*=/.exec(line)?.[1];
    return isInside && key !== undefined && key !== 'python' ? [key] : [];
  });
};
