import { shellQuote } from '../../domain/run/shell-quote.ts';
import type { Facts } from './facts.ts';
import { pyprojectRequirements } from './packages/declared-python.ts';
import type { PackagesFile, PackagesFileKind } from './packages/packages-files.ts';

export interface MadePackages {
  /** As the API takes it. */
  extraPackages: Record<string, unknown> | null;
  startScript: string | null;
}

/** How the packages come into the job that the checkout declares for the languages of the command. */
export const makePackages = ({ packagesFiles, trail: { languages, packages } }: Facts): MadePackages => {
  const file = (kind: PackagesFileKind): PackagesFile | undefined => packagesFiles.find((each) => each.kind === kind);
  const python = languages.has('python') ? pythonPackages(file) : {};
  const steps = [
    ...(languages.has('javascript') || packages.node.size > 0 ? nodeSteps(file) : []),
    ...(languages.has('r') && file('renv') !== undefined
      ? [inFolderOf(file('renv'), "Rscript -e 'renv::restore()'")]
      : []),
  ];
  return {
    extraPackages: Object.keys(python).length === 0 ? null : python,
    startScript: steps.length === 0 ? null : `${['set -e', ...steps].join('\n')}\n`,
  };
};

const pythonPackages = (file: (kind: PackagesFileKind) => PackagesFile | undefined): Record<string, unknown> => {
  const [requirements, environment, pyproject] = [file('requirements'), file('environment'), file('pyproject')];
  const listed = pyproject === undefined ? [] : pyprojectRequirements(pyproject.text);
  const pip =
    requirements?.text ?? (environment === undefined && listed.length > 0 ? `${listed.join('\n')}\n` : undefined);
  return {
    ...(pip !== undefined && { pip, as_requirements_txt: true }),
    ...(environment !== undefined && { conda: environment.text, as_environment_yml: true }),
  };
};

const nodeSteps = (file: (kind: PackagesFileKind) => PackagesFile | undefined): string[] => {
  const manifest = file('package-json');
  if (manifest === undefined) return [];
  if (file('pnpm-lock') !== undefined) return [inFolderOf(manifest, 'pnpm install --frozen-lockfile')];
  if (file('yarn-lock') !== undefined) return [inFolderOf(manifest, 'yarn install --frozen-lockfile')];
  return [inFolderOf(manifest, file('npm-lock') === undefined ? 'npm install' : 'npm ci')];
};

// A start script runs at the root of the checkout.
const inFolderOf = (file: PackagesFile | undefined, command: string): string => {
  const folder = file?.path.includes('/') ? file.path.slice(0, file.path.lastIndexOf('/')) : '';
  return folder === '' ? command : `(cd ${shellQuote(folder)} && ${command})`;
};
