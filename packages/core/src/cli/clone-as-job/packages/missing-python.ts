import { type DeclaredPython, nameIn, normalized } from './declared-python.ts';
import type { InstalledPython } from './installed-python.ts';

/** A package that the code needs, that is installed here, and that nothing declares. */
export interface MissingPackage {
  name: string;
  version: string;
  /** The module or program by which it is needed, and who needs it. */
  needed: string;
  by: string;
}

interface Needs {
  /** By their first name, each with the first who imports it. */
  modules: ReadonlyMap<string, string>;
  programs: ReadonlySet<string>;
}

/** What is there because of a package that is declared counts as declared. */
export const missingPython = (needs: Needs, declared: DeclaredPython, installed: InstalledPython): MissingPackage[] => {
  const known = withRequirements(declared.names, installed);
  const missing = new Map<string, MissingPackage>();
  const need = (needed: string, by: string, names: readonly string[]): void => {
    // Several may bring one module: any of them will do.
    const ours = names.filter((name) => installed.distributions[name]?.editable === false);
    const [name] = ours;
    if (name === undefined || ours.some((each) => known.has(normalized(each))) || missing.has(name)) return;
    missing.set(name, { name, version: installed.distributions[name]?.version ?? '', needed, by });
  };
  const standard = new Set(installed.standard);
  for (const [module, by] of needs.modules)
    if (!standard.has(module)) need(module, by, installed.modules[module] ?? []);
  for (const program of needs.programs) {
    const name = installed.programs[program];
    if (name !== undefined && !['pip', 'uv', 'conda'].includes(name)) need(program, 'the command', [name]);
  }
  return [...missing.values()];
};

const withRequirements = (names: ReadonlySet<string>, { distributions }: InstalledPython): Set<string> => {
  const requires = new Map(Object.entries(distributions).map(([name, each]) => [normalized(name), each.requires]));
  const known = new Set(names);
  for (const name of known)
    for (const requirement of requires.get(name) ?? []) {
      const required = nameIn(requirement);
      if (required !== null && !/;.*\bextra\s*==/.test(requirement)) known.add(normalized(required));
    }
  return known;
};
