type Words = readonly (string | null)[];

/** A command without what only runs it: `FOO=1 nice -n 5 uv run python x.py` is `python x.py`. */
export const unwrapped = (words: Words): Words => {
  const [first, second] = words;
  if (first === undefined || first === null) return words;
  if (/^[A-Za-z_]\w*=/.test(first)) return unwrapped(words.slice(1));
  const name = first.slice(first.lastIndexOf('/') + 1);
  if (plain.has(name)) return unwrapped(afterOptions(words.slice(1), plain.get(name) ?? []));
  if (name === 'timeout')
    return unwrapped(afterOptions(words.slice(1), ['-s', '-k', '--signal', '--kill-after']).slice(1));
  const runners = runs.get(name);
  if (name === 'uv' && second === 'run') return unwrapped(uvRun(words.slice(2)));
  if (runners !== undefined && second === 'run') return unwrapped(afterOptions(words.slice(2), runners));
  return words;
};

// `uv run run.py`, `uv run -m module` mean Python.
const uvRun = (words: Words): Words => {
  const rest = afterOptions(words, runs.get('uv') ?? [], ['-m', '--module', '-s', '--script']);
  const [first, ...others] = rest;
  if (first === '-m' || first === '--module') return ['python', '-m', ...others];
  if (first === '-s' || first === '--script') return ['python', ...others];
  return first?.endsWith('.py') ? ['python', ...rest] : rest;
};

// Each with its options that take a value.
const plain = new Map<string, readonly string[]>([
  ['env', ['-u', '--unset', '-C', '--chdir']],
  ['nice', ['-n']],
  ['ionice', ['-c', '-n']],
  ['nohup', []],
  ['exec', ['-a']],
  ['command', []],
  ['time', []],
  ['setsid', []],
  ['stdbuf', ['-i', '-o', '-e']],
  ['xvfb-run', ['-n', '-s']],
  ['sudo', ['-u', '-g']],
]);

const runs = new Map<string, readonly string[]>([
  ['uv', ['--with', '--python', '-p', '--extra', '--group', '--env-file', '--directory', '--project']],
  ['poetry', []],
  ['pipenv', []],
  ['pdm', []],
  ['hatch', []],
  ['rye', []],
  ['conda', ['-n', '--name', '-p', '--prefix', '--cwd']],
  ['mamba', ['-n', '--name', '-p', '--prefix']],
  ['micromamba', ['-n', '--name', '-p', '--prefix']],
]);

const afterOptions = (words: Words, withValue: readonly string[], last: readonly string[] = []): Words => {
  let at = 0;
  while (at < words.length) {
    const word = words[at];
    if (word === '--') return words.slice(at + 1);
    if (typeof word !== 'string' || !word.startsWith('-') || last.includes(word)) break;
    at += withValue.includes(word) ? 2 : 1;
  }
  return words.slice(at);
};
