/** What a command reads, found by following it through the checkout. */
export interface Trail {
  readonly place: Place;
  /** Files and folders inside the checkout by their paths in it, each with the first who was seen to read it. */
  readonly reads: Map<string, Read>;
  /** Paths that lead elsewhere. */
  readonly strays: Stray[];
  /** Programs that are not there, as they are written. */
  readonly missing: Set<string>;
  /** Environment variables by name, each with the first who reads it. */
  readonly variables: Map<string, string>;
  /** Python modules that are not in the checkout by their first name, each with the first who imports it. */
  readonly modules: Map<string, string>;
  /** Programs that are run by name, without a path. */
  readonly programs: Set<string>;
  /** Of those that are run, those that may read more than was seen. */
  readonly notFollowed: Set<string>;
  /** Modules of the checkout that Python finds only by PYTHONPATH or an editable install, with the folder where. */
  readonly byPath: Map<string, string>;
  /** Packages of Node and R that are imported. */
  readonly packages: { readonly node: Set<string>; readonly r: Set<string> };
  readonly languages: Set<Language>;
  readonly notebooks: { path: string; by: 'python' | 'other' }[];
  /** Files of variables in the checkout by their paths, each with the names in it. */
  readonly envFiles: Map<string, readonly string[]>;
  /** Programs and scripts of a virtualenv and its like, as they are written, each with the first who uses it. */
  readonly environments: Map<string, { kind: 'python' | 'node'; by: string }>;
  /** Words of the command itself, and of the shell code in it, with its assignments. */
  readonly typed: (string | null)[][];
  /** Where the command itself goes by `cd`. */
  readonly goesTo: Set<string>;
  /** The Python that runs it, as it is written. */
  python: string | null;
  /** What is still to be followed. */
  readonly tasks: Task[];
  /** What was followed already. */
  readonly seen: Set<string>;
}

export interface Place {
  /** The checkout, absolute, without links. */
  root: string;
  /** Where the command runs, likewise. */
  cwd: string;
  home: string;
  env: Readonly<Record<string, string | undefined>>;
}

export interface Read {
  /** Who reads it: `the command`, or a path in the checkout. */
  by: string;
  line: number | null;
  how: How;
}

/** `mention`: a folder is named, and nobody sees what for. `env`: variables are loaded from it, where it is there. */
export type How = 'program' | 'import' | 'data' | 'mention' | 'env';

export interface Stray {
  /** As it is written. */
  path: string;
  by: string;
  line: number | null;
  /** `inside`: in the checkout, but named by its place on this machine. `leads-out`: by `..` or a link. */
  where: 'home' | 'absolute' | 'inside' | 'leads-out';
  how: How;
}

export type Language = 'python' | 'javascript' | 'r' | 'shell' | 'notebook';

export type Task = CommandTask | CodeTask | FileTask | ModuleTask;

/** Words as a program gets them; null: not known. */
export interface CommandTask {
  kind: 'command';
  words: readonly (string | null)[];
  cwd: string;
  by: string;
}

/** The text of a program. `file` is where it stands, absolute. */
export interface CodeTask {
  kind: 'code';
  language: Language;
  text: string;
  cwd: string;
  by: string;
  file: string | null;
  /** Where Python looks for modules. */
  roots: readonly string[];
}

/** Something at a path. Only what is a program, or looks like one, is followed further. */
export interface FileTask {
  kind: 'file';
  /** Absolute. */
  path: string;
  written: string;
  cwd: string;
  by: string;
  line: number | null;
  how: How;
  language?: Language | undefined;
  /** Where Python looks for modules; default: beside it. */
  roots?: readonly string[];
}

/** `python -m name` */
export interface ModuleTask {
  kind: 'module';
  name: string;
  cwd: string;
  by: string;
}

export const newTrail = (place: Place): Trail => ({
  place,
  reads: new Map(),
  strays: [],
  missing: new Set(),
  variables: new Map(),
  modules: new Map(),
  programs: new Set(),
  notFollowed: new Set(),
  byPath: new Map(),
  packages: { node: new Set(), r: new Set() },
  languages: new Set(),
  notebooks: [],
  envFiles: new Map(),
  environments: new Map(),
  typed: [],
  goesTo: new Set(),
  python: null,
  tasks: [],
  seen: new Set(),
});

/** Who reads what stands in the call itself. */
export const theCommand = 'the command';

/** The first who was seen is the one who is told. */
export const note = <K, V>(map: Map<K, V>, key: K, value: V): void => {
  if (!map.has(key)) map.set(key, value);
};
