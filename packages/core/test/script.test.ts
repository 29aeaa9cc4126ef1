import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateScript, phaseMarker, type ScriptInput } from '../src/domain/run/script.ts';
import { parsePhaseNote, scriptExits, scriptOutcome } from '../src/domain/run/script-outcome.ts';
import { seededEntropy } from '../src/testing/seeded-entropy/seeded-entropy.ts';

const key = 'aaaa.1';
let folder: string;
let workspace: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runyard-script-'));
  workspace = join(folder, 'workspace');
  mkdirSync(workspace);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const packages = { apt: [], conda: [], pip: [], cran: [], requirementsTxt: null, environmentYml: null };

// Runs a script as an executor does: from a file, in the workspace.
function run(input: Omit<ScriptInput, 'key'>, env: Record<string, string> = {}, shell?: string) {
  const script = generateScript({ key, ...input });
  writeFileSync(join(folder, 'script'), script.text);
  const done = spawnSync(shell ?? script.shell, [join(folder, 'script')], {
    cwd: workspace,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH ?? '',
      RUNYARD_PHASE_FILE: join(folder, 'phase'),
      RUNYARD_SCRATCH_DIR: join(folder, 'scratch'),
      ...env,
    },
  });
  const lines = done.stdout.split('\n');
  const mark = `${phaseMarker(key)} `;
  return {
    code: done.status,
    signal: done.signal,
    stderr: done.stderr,
    phases: lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length)),
    output: lines.filter((line) => !line.startsWith(mark)).join('\n'),
    phase: () => parsePhaseNote(readFileSync(join(folder, 'phase'), 'utf8')),
  };
}

describe('the command', () => {
  it('a string is run by sh, and its end is the end of the script', () => {
    const done = run({ command: 'echo "$0"; exit 7' });
    expect(done).toMatchObject({ code: 7, output: 'sh\n', phases: ['command'] });
    expect(done.phase()).toEqual({ name: 'command' });
    expect(run({ command: 'kill -KILL $$' }).signal).toBe('SIGKILL');
  });

  it('a list is executed as it is, without a shell', () => {
    expect(run({ command: ['printf', '%s|', '$HOME', 'a b', '*', ';exit'] }).output).toBe('$HOME|a b|*|;exit|');
  });

  it('a list whose program begins with - is still a program', () => {
    writeFileSync(join(folder, '-odd'), '#!/bin/sh\necho "odd $1"\n', { mode: 0o755 });
    const env = { PATH: `${folder}:${process.env.PATH}` };
    for (const shell of ['sh', 'bash']) expect(run({ command: ['-odd', '-x'] }, env, shell).output).toBe('odd -x\n');
  });

  it('appended arguments reach a string and a list', () => {
    expect(run({ command: "printf '%s|' x", args: ['a b', '$c'] }).output).toBe('x|a b|$c|');
    expect(run({ command: ['printf', '%s|', 'x'], args: ['a b', '$c'] }).output).toBe('x|a b|$c|');
  });

  it('what belongs to the script itself is not in the environment of the command', () => {
    expect(run({ command: 'env' }).output).not.toMatch(/^runyard/im);
  });

  it('without packages, start script and working directory it forks nothing', () => {
    const script = generateScript({ key, command: ['printf', 'x'] });
    writeFileSync(join(folder, 'script'), script.text);
    // With no program to be found but by its full path, anything else than builtins would fail.
    const text = script.text.replace("exec 'printf'", "exec '/usr/bin/printf'");
    const bare = spawnSync('/bin/sh', ['-c', text], { encoding: 'utf8', env: { PATH: '' } });
    expect(bare).toMatchObject({ status: 0, stderr: '', stdout: `${phaseMarker(key)} command\nx` });
  });
});

describe('hostile text reaches the command as it is', () => {
  const pieces = [
    `'`,
    `"`,
    '\\',
    '\n',
    '$(exit 9)',
    '`exit 9`',
    '$HOME',
    `\${x:?}`,
    ';',
    '&',
    '|',
    '>',
    '*',
    '~',
    '!',
    '-',
    '--',
    '#',
    '\t',
    ' ',
    'é',
    '𝄞',
    '\u001e',
    '\r',
    '%s',
    'EOF',
    '{',
    '}',
    '(',
    ')',
    '=',
  ];
  const { random } = seededEntropy('hostile');
  const hostile = (): string =>
    Array.from({ length: 1 + Math.floor(random() * 12) }, () => pieces[Math.floor(random() * pieces.length)]).join('');
  const show = 'for x; do printf "%s\\0" "$x"; done';
  // Node reads the words that arrive; one process checks many.
  const program = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
  const words = Array.from({ length: 400 }, hostile);

  for (const shell of ['sh', 'bash']) {
    it(`as words of a list (${shell})`, () => {
      const done = run({ command: [process.execPath, '-e', program, '--', ...words] }, {}, shell);
      expect(JSON.parse(done.output)).toEqual(words);
    });

    it(`as arguments of a string (${shell})`, () => {
      const done = spawnSync(shell, ['-c', generateScript({ key, command: `${show} `, args: [] }).text]);
      expect(done.status).toBe(0);
      const text = generateScript({ key, command: `"$NODE" -e '${program}' --`, args: words }).text;
      writeFileSync(join(folder, 'script'), text);
      const out = spawnSync(shell, [join(folder, 'script')], {
        encoding: 'utf8',
        env: { ...process.env, NODE: process.execPath },
      });
      expect(JSON.parse(out.stdout.slice(out.stdout.indexOf('\n') + 1))).toEqual(words);
    });
  }

  it('as a command string and in a start script', () => {
    for (const word of words.slice(0, 25)) {
      const quoted = `'${word.replaceAll("'", `'\\''`)}'`;
      const done = run({ command: `printf '%s' ${quoted} "$X"`, startScript: `export X=${quoted}` }, {}, 'bash');
      expect(done.output).toBe(word + word);
    }
  });

  it('as a working directory', () => {
    for (const word of words.slice(0, 40)) {
      const name = word.replaceAll('/', '_').replaceAll('\0', '');
      mkdirSync(join(workspace, name), { recursive: true });
      expect(run({ command: 'pwd', workingDir: name })).toMatchObject({
        code: 0,
        output: `${join(workspace, name)}\n`,
      });
    }
  });
});

describe('the start script', () => {
  it('what it exports is seen by the command, and what it unsets is not', () => {
    const done = run(
      { command: `echo "$A|\${B-none}|\${C-none}"`, startScript: `export A='1 "2'\nB=not-exported\nunset C` },
      { C: 'c' },
    );
    expect(done).toMatchObject({ code: 0, output: '1 "2|none|none\n', phases: ['start-script', 'command'] });
  });

  it('exit 0 in it does not skip the command, and its exports still hold', () => {
    expect(run({ command: 'echo "ran $A"', startScript: 'export A=1; exit 0; export A=2' }).output).toBe('ran 1\n');
  });

  it('a non-zero end fails the phase', () => {
    const done = run({ command: 'echo ran', startScript: 'echo first; exit 3' });
    expect(done).toMatchObject({ code: 3, output: 'first\n', phases: ['start-script'] });
    expect(done.phase()).toEqual({ name: 'start-script' });
    expect(run({ command: 'echo ran', startScript: 'set -e\nfalse\necho no' })).toMatchObject({ code: 1, output: '' });
    expect(run({ command: 'echo ran', startScript: 'if then' }).code).not.toBe(0);
  });

  it('set -e, cd, umask and functions in it do not reach the command', () => {
    const done = run({ command: 'false; pwd; umask', startScript: 'set -eu; cd /; umask 0777; echo() { :; }' });
    expect(done.output).toMatch(new RegExp(`^${workspace}\\n0?022\\n$`));
  });

  it('is bash, with its stdin free and any length', () => {
    const long = `# ${'x'.repeat(200_000)}\n`;
    expect(run({ command: 'echo "$A"', startScript: `${long}a=(1 2 3); export A=\${a[1]}; cat` }).output).toBe('2\n');
  });

  it('an EXIT trap of its own runs, and the exports still hold', () => {
    const startScript = `trap 'echo bye $?' EXIT; trap 'echo usr' USR1; export A=1; kill -USR1 $$; ( trap 'echo sub' EXIT ); true`;
    expect(run({ command: 'echo "$A"', startScript }).output).toBe('usr\nsub\nbye 0\n1\n');
    expect(run({ command: 'echo "$A"', startScript: 'trap - EXIT; export A=2' }).output).toBe('2\n');
    expect(run({ command: 'echo no', startScript: `trap 'echo bye $?' EXIT; exit 4` })).toMatchObject({
      code: 4,
      output: 'bye 4\n',
    });
  });

  it('functions that it exports are seen by bash commands', () => {
    expect(
      run({ command: ['bash', '-c', 'hello'], startScript: 'hello() { echo hello; }; export -f hello' }).output,
    ).toBe('hello\n');
  });

  it('leaves no copy of the environment behind', () => {
    run({ command: 'true', startScript: 'export A=secret' });
    expect(execFileSync('ls', ['-A', join(folder, 'scratch', `runyard-${key}`)], { encoding: 'utf8' })).toBe(
      'start-script\n',
    );
  });
});

describe('the working directory', () => {
  it('is where the command runs', () => {
    mkdirSync(join(workspace, 'a/b'), { recursive: true });
    expect(run({ command: 'pwd', workingDir: 'a/b' })).toMatchObject({
      output: `${join(workspace, 'a/b')}\n`,
      phases: ['working-dir', 'command'],
    });
  });

  it('may be reached by a symlink that stays inside', () => {
    mkdirSync(join(workspace, 'a'));
    symlinkSync('a', join(workspace, 'link'));
    expect(run({ command: 'pwd', workingDir: 'link' }).output).toBe(`${join(workspace, 'a')}\n`);
  });

  it('CDPATH does not lead it elsewhere', () => {
    mkdirSync(join(folder, 'elsewhere/a'), { recursive: true });
    mkdirSync(join(workspace, 'a'));
    expect(run({ command: 'pwd', workingDir: 'a' }, { CDPATH: join(folder, 'elsewhere') }).output).toBe(
      `${join(workspace, 'a')}\n`,
    );
  });

  const refused = (workingDir: string) => {
    const done = run({ command: 'echo ran', workingDir });
    expect(done).toMatchObject({ code: scriptExits.workingDir, output: '', phases: ['working-dir'] });
    const outcome = scriptOutcome(scriptExits.workingDir, done.phase() ?? { name: '' });
    expect(outcome).toMatchObject({ class: 'start-failed', reason: 'working-dir-missing', phase: 'working-dir' });
    expect(outcome.sentence).toContain(`'${workingDir}'`);
    expect(done.stderr).toContain(outcome.sentence);
  };

  it('that is not there is refused', () => refused('nowhere'));
  it('that is a file is refused', () => {
    writeFileSync(join(workspace, 'file'), '');
    refused('file');
  });
  it('that is absolute is refused', () => refused('/tmp'));
  it('that climbs out is refused', () => refused('../'));
  it('that leaves by a symlink is refused', () => {
    symlinkSync('/etc', join(workspace, 'etc'));
    refused('etc');
  });
  it('that lies beside the workspace under a longer name is refused', () => {
    mkdirSync(`${workspace}-more`);
    symlinkSync(`${workspace}-more`, join(workspace, 'more'));
    refused('more');
  });
});

describe('extra packages', () => {
  // Tools that write down what they were asked for, first on the PATH.
  const tool = (name: string, body: string): void => {
    mkdirSync(join(folder, 'bin'), { recursive: true });
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  };
  const withTools = () => ({ PATH: `${join(folder, 'bin')}:/usr/bin:/bin` });
  const scratch = () => join(folder, 'scratch', `runyard-${key}`);

  it('pip goes to an environment of the attempt, which holds for start script and command', () => {
    tool('python3', `if [ "$2" = venv ]; then mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; fi; echo "python $*"`);
    const done = run(
      {
        command: 'echo "$VIRTUAL_ENV"',
        startScript: 'command -v python',
        extraPackages: { ...packages, pip: ["a'b", '--evil'], requirementsTxt: 'numpy\npandas' },
      },
      withTools(),
    );
    expect(done.phases).toEqual(['extra-packages', 'start-script', 'command']);
    expect(done.output).toBe(
      [
        `python -m venv --system-site-packages ${scratch()}/venv`,
        `python -m pip install --disable-pip-version-check --no-input --progress-bar off -r ${scratch()}/requirements.txt -- a'b --evil`,
        `${scratch()}/venv/bin/python`,
        `${scratch()}/venv\n`,
      ].join('\n'),
    );
    expect(readFileSync(join(scratch(), 'requirements.txt'), 'utf8')).toBe('numpy\npandas\n');
  });

  it('conda takes the first tool that is there', () => {
    tool('mamba', 'echo "mamba $*"');
    const done = run(
      { command: 'echo "$CONDA_PREFIX"', extraPackages: { ...packages, conda: ['scipy'], environmentYml: 'name: x' } },
      withTools(),
    );
    const prefix = `${scratch()}/conda`;
    expect(done.output).toBe(
      `mamba env create -q -p ${prefix} -f ${scratch()}/environment.yml\nmamba install -y -q -c conda-forge -p ${prefix} -- scipy\n${prefix}\n`,
    );
  });

  it('CRAN goes to a library of the attempt', () => {
    tool('Rscript', 'shift 2; echo "$R_LIBS_USER: $*"');
    const done = run({ command: 'echo "$R_LIBS_USER"', extraPackages: { ...packages, cran: ['dplyr'] } }, withTools());
    expect(done.output).toBe(`${scratch()}/r-library: dplyr\n${scratch()}/r-library\n`);
  });

  it('apt updates first', () => {
    tool('apt-get', 'echo "apt $*"');
    const done = run({ command: 'true', extraPackages: { ...packages, apt: ['jq'] } }, withTools());
    expect(done.output).toBe('apt update\napt install -y --no-install-recommends -- jq\n');
  });

  it('a missing tool fails the phase with a sentence', () => {
    mkdirSync(join(folder, 'few'));
    for (const name of ['mkdir', 'chmod'])
      symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(folder, 'few', name));
    const script = generateScript({
      key,
      command: 'echo ran',
      extraPackages: { ...packages, pip: ['x'] },
      packagesDir: join(folder, 'p'),
    });
    const done = spawnSync('/bin/sh', ['-c', script.text], { encoding: 'utf8', env: { PATH: join(folder, 'few') } });
    expect(done.status).toBe(scriptExits.toolMissing);
    expect(done.stderr).toBe('runyard: Extra packages: pip packages need python3, which is not there.\n');
    expect(scriptOutcome(scriptExits.toolMissing, { name: 'extra-packages' })).toMatchObject({ class: 'start-failed' });
  });

  it('a failed installation fails the phase, and one for want of the network is infrastructure', () => {
    tool('python3', 'echo "no such package" >&2; exit 2');
    const failed = run({ command: 'echo ran', extraPackages: { ...packages, pip: ['x'] } }, withTools());
    expect(failed).toMatchObject({ code: 1, phases: ['extra-packages'], output: 'no such package\n' });
    tool('python3', 'echo "Temporary failure in name resolution" >&2; exit 2');
    const away = run({ command: 'echo ran', extraPackages: { ...packages, pip: ['x'] } }, withTools());
    expect(scriptOutcome(away.code ?? 0, away.phase() ?? { name: '' })).toMatchObject({
      class: 'infrastructure',
      reason: 'package-index-unreachable',
      phase: 'extra-packages',
    });
  });

  it('nothing to install is no phase', () => {
    expect(run({ command: 'true', extraPackages: packages }).phases).toEqual(['command']);
  });
});

it('a script that ends with a code of ours in another phase just exited with it', () => {
  expect(scriptOutcome(scriptExits.workingDir, { name: 'command' })).toEqual({
    class: 'exited',
    code: 72,
    phase: 'command',
  });
});
