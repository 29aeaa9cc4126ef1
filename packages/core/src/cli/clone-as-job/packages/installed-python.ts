import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

/** What a Python has installed, by the names that its metadata tells. */
export interface InstalledPython {
  /** Modules of its own. */
  standard: readonly string[];
  /** Distributions that bring a module, by its first name. */
  modules: Readonly<Record<string, readonly string[]>>;
  /** Distributions that bring a program, by its name. */
  programs: Readonly<Record<string, string>>;
  distributions: Readonly<Record<string, { version: string; requires: readonly string[]; editable: boolean }>>;
}

/** Where the command runs, and with which environment. */
interface Place {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}

const answerMs = 30_000;

/** Null where there is no such Python, or one that is too old to tell (3.10). Nothing of the checkout is imported. */
export const installedPython = async (python: string, place: Place): Promise<InstalledPython | null> => {
  const program = await found(python, place);
  if (program === null) return null;
  try {
    // Where the command runs: which Python that is may depend on the folder (pyenv).
    const { stdout } = await run(program, ['-c', script], { ...place, timeout: answerMs, maxBuffer: 2 ** 26 });
    return JSON.parse(stdout) as InstalledPython;
  } catch {
    return null;
  }
};

const run = promisify(execFile);

// `python` where that is what the machine calls `python3`, and the other way round.
const found = async (name: string, place: Place): Promise<string | null> => {
  for (const each of [name.includes('/') ? resolve(place.cwd, name) : name, 'python3', 'python'])
    if (await run(each, ['-c', ''], { ...place, timeout: answerMs }).then(yes, no)) return each;
  return null;
};

const yes = (): boolean => true;
const no = (): boolean => false;

// Its first import is built in; behind the second line the checkout is not looked into.
const script = `
import sys
sys.path = [p for p in sys.path if p]
import json
from importlib import metadata
dists, programs = {}, {}
for d in metadata.distributions():
    name = d.metadata["Name"]
    if not name or name in dists: continue
    direct = d.read_text("direct_url.json") or ""
    dists[name] = {"version": d.version, "requires": d.requires or [], "editable": '"editable": true' in direct}
    for e in d.entry_points:
        if e.group == "console_scripts": programs[e.name] = name
json.dump({"standard": sorted(sys.stdlib_module_names), "modules": {k: sorted(set(v)) for k, v in metadata.packages_distributions().items()},
           "programs": programs, "distributions": dists}, sys.stdout)
`;
