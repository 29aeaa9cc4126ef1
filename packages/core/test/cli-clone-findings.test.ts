import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitServer } from '../../../test/engines/git-server.ts';
import { checkoutUnderTest } from './support/checkouts.ts';
import { type CloneCase, itFinds, runPython } from './support/clone-cases.ts';

const python = runPython;
const etl = { 'run.py': 'import lib.load\n', 'lib/load.py': 'from . import more\n', 'lib/more.py': '' };

const cases: Record<string, CloneCase> = {
  'nothing where all is in git, pushed and tagged': { files: etl, finds: [] },

  // Where it comes from.
  'a commit that is not pushed': {
    files: etl,
    does: (c) => c.commit(),
    finds: ['no-tag', 'not-pushed'],
    says: /git push origin main/,
  },
  'a branch that was pushed once, and is gone from the remote': {
    files: etl,
    does: async (c) => {
      await c.git('switch', '--quiet', '-c', 'feature');
      await c.commit();
      await c.git('push', '--quiet', '-u', 'origin', 'feature');
      await c.git('--git-dir', c.origin, 'update-ref', '-d', 'refs/heads/feature');
    },
    finds: ['no-tag', 'not-pushed'],
  },
  'no remote': { files: etl, does: (c) => c.git('remote', 'remove', 'origin'), finds: ['no-remote'] },
  'no tag': {
    files: etl,
    does: (c) => c.git('push', '--quiet', 'origin', ':v1'),
    finds: ['tag-not-pushed'],
    says: /git push origin refs\/tags\/v1/,
  },
  'a tag of that name that points elsewhere on the remote': {
    files: etl,
    does: async (c) => {
      await c.commit();
      await c.git('push', '--quiet', 'origin', 'main');
      await c.git('tag', '--force', 'v1');
    },
    finds: ['tag-not-pushed'],
    says: /at another one \(\w{12}\) on origin[\s\S]*git tag -a v1\.0\.0 .* && git push origin refs\/tags\/v1\.0\.0/,
  },
  'a commit without a tag, where there are versions here and on the remote': {
    files: etl,
    does: async (c) => {
      await c.git('tag', 'v1.9.0');
      await c.git('tag', 'v1.10.3');
      await c.git('push', '--quiet', 'origin', 'v1.9.0', 'v1.10.3');
      await c.git('tag', '--delete', 'v1.10.3');
      await c.commit();
      await c.git('push', '--quiet', 'origin', 'main');
    },
    finds: ['no-tag'],
    says: /git tag -a v1\.10\.4 /,
  },
  'a branch of the remote that was moved away from the commit': {
    files: etl,
    does: async (c) => {
      const commit = await c.commit();
      await c.git('push', '--quiet', 'origin', 'main');
      await c.git('--git-dir', c.origin, 'update-ref', 'refs/heads/main', `${commit}~1`);
    },
    finds: ['branch-moved', 'no-tag'],
    says: /git fetch origin/,
  },
  'nothing of a branch that was fetched after it had moved on': {
    files: etl,
    does: async (c) => {
      await c.git('switch', '--quiet', '-c', 'other');
      await c.commit();
      await c.git('push', '--quiet', 'origin', 'other:main');
      await c.git('switch', '--quiet', 'main');
    },
    finds: [],
  },
  'several remotes of which none is meant more than the others': {
    files: etl,
    does: async (c) => {
      await c.git('remote', 'rename', 'origin', 'work');
      await c.git('remote', 'add', 'home', c.origin);
      await c.git('config', '--unset', 'branch.main.remote');
    },
    finds: ['no-remote'],
    says: /there are: home, work\.[\s\S]*--remote home/,
  },
  'a commit without a tag': {
    files: etl,
    does: async (c) => {
      await c.commit();
      await c.git('push', '--quiet', 'origin', 'main');
    },
    finds: ['no-tag'],
    says: /git tag -a v1\.0\.0/,
  },
  'HEAD at no branch, without a tag': {
    files: etl,
    does: async (c) => {
      await c.commit();
      await c.git('push', '--quiet', 'origin', 'main');
      await c.git('switch', '--quiet', '--detach');
    },
    finds: ['detached-head', 'no-tag'],
  },
  'a branch that is followed': { files: etl, call: ['--follow-branch', ...python], finds: ['follows-branch'] },
  'a remote that does not answer': {
    files: etl,
    does: (c) => rm(c.origin, { recursive: true }),
    finds: ['remote-not-asked'],
    says: /[^.]\. It is judged by what .* whether it has the tag v1 is not known: the job stays at the commit\./,
  },
  'a submodule with changes, and one that is not pushed': {
    files: etl,
    does: async (c) => {
      for (const name of ['changed', 'unpushed']) {
        await c.git('init', '--quiet', '--bare', '-b', 'main', join(c.folder, name));
        await c.git('clone', '--quiet', join(c.folder, name), name);
        await c.write({ [`${name}/a.txt`]: 'a' });
        await c.git('-C', name, 'add', '.');
        await c.git('-C', name, 'commit', '--quiet', '-m', 'a');
        await c.git('-C', name, 'push', '--quiet', 'origin', 'main');
        await c.git('submodule', '--quiet', 'add', join(c.folder, name), name);
      }
      await c.git('-C', 'unpushed', 'commit', '--quiet', '--allow-empty', '-m', 'b');
      await c.publish();
      await c.write({ 'changed/a.txt': 'b' });
    },
    finds: ['submodule-changed', 'submodule-not-pushed'],
    says: /git -C unpushed push/,
  },

  // What it reads.
  'a changed module that a module imports': {
    files: etl,
    does: (c) => c.write({ 'lib/more.py': '1' }),
    finds: ['changed-file'],
    says: /lib\/more\.py \(read by lib\/load\.py\)/,
  },
  'a change that is only staged': {
    files: etl,
    does: async (c) => {
      await c.write({ 'lib/more.py': '1' });
      await c.git('add', '.');
    },
    finds: ['changed-file'],
  },
  'an untracked module': {
    files: { 'run.py': 'import helper\n' },
    does: (c) => c.write({ 'helper.py': '' }),
    finds: ['untracked-file'],
  },
  'a module of a package by `from package import module`': {
    files: { 'run.py': 'from pkg import (\n  a,\n  b as c,\n)\n', 'pkg/__init__.py': '', 'pkg/a.py': '' },
    does: (c) => c.write({ 'pkg/b.py': '' }),
    finds: ['untracked-file'],
    says: /pkg\/b\.py/,
  },
  'a module that is run by -m': {
    files: { 'pkg/__init__.py': '', 'pkg/__main__.py': 'from pkg.job import main\n' },
    does: (c) => c.write({ 'pkg/job.py': '' }),
    call: ['--', 'python3', '-m', 'pkg'],
    finds: ['untracked-file'],
  },
  'a data file that is ignored': {
    files: { 'run.py': "import csv\nopen('data/in.csv')\n", '.gitignore': 'data/\n' },
    does: (c) => c.write({ 'data/in.csv': '' }),
    finds: ['ignored-file'],
    says: /data\/in\.csv \(read by run\.py:2\)/,
  },
  'a data file whose path is put together': {
    files: {
      'run.py':
        "import os\nfrom pathlib import Path\nopen(os.path.join('data', 'a.csv'))\nopen(Path('data') / 'b.csv')\n",
      'data/x': '',
    },
    does: (c) => c.write({ 'data/a.csv': '', 'data/b.csv': '' }),
    finds: ['untracked-file'],
    says: /data\/a\.csv[\s\S]*data\/b\.csv/,
  },
  'nothing where a file is written': {
    files: { 'run.py': "open('out.csv', 'w')\nframe.to_csv('all.csv')\n" },
    does: (c) => c.write({ 'out.csv': '', 'all.csv': '' }),
    finds: ['changes-elsewhere'],
  },
  'a file that is loaded by a module whose name begins as `to_csv` does': {
    files: { 'run.py': "torch.load('model.bin')\n" },
    does: (c) => c.write({ 'model.bin': '' }),
    finds: ['untracked-file'],
  },
  'a file that is an argument': {
    files: { 'run.py': '' },
    does: (c) => c.write({ 'conf.yml': '' }),
    call: [...python, '--config=conf.yml'],
    finds: ['untracked-file'],
  },
  'a script that a script sources, from its own folder': {
    files: { 'bin/run.sh': '#!/bin/sh\n. "$(dirname "$0")/env.sh"\nexec python3 run.py\n', 'run.py': '' },
    does: (c) => c.write({ 'bin/env.sh': '' }),
    call: ['--', 'bin/run.sh'],
    finds: ['untracked-file'],
    says: /bin\/env\.sh \(read by bin\/run\.sh\)/,
  },
  'what a shell line runs behind a `cd`': {
    files: { 'jobs/run.py': 'import helper\n' },
    does: (c) => c.write({ 'jobs/helper.py': '' }),
    call: ['--', 'cd jobs && python3 run.py | tee log.txt'],
    finds: ['changes-directory', 'untracked-file'],
  },
  'a module of Node': {
    files: {
      'run.mjs': "import { a } from './lib/a.mjs';\n",
      'lib/a.mjs': "export const a = require('./b');\n",
      'package.json': '{}',
    },
    does: (c) => c.write({ 'lib/b.js': '' }),
    call: ['--', 'node', 'run.mjs'],
    finds: ['packages-file', 'untracked-file'],
  },
  'what an npm script runs': {
    files: { 'package.json': '{"scripts":{"etl":"node run.js"}}', 'run.js': '' },
    does: (c) => c.write({ 'run.js': '1' }),
    call: ['--', 'npm', 'run', 'etl'],
    finds: ['changed-file', 'packages-file'],
  },
  'what R sources': {
    files: { 'run.R': "source('lib.R')\n" },
    does: (c) => c.write({ 'lib.R': '' }),
    call: ['--', 'Rscript', 'run.R'],
    finds: ['untracked-file'],
  },
  'a link that leads out of the repository': {
    files: { 'run.py': "open('data.csv')\n" },
    does: async (c) => {
      await writeFile(join(c.folder, 'elsewhere'), '');
      await symlink('../elsewhere', join(c.dir, 'data.csv'));
      await c.publish();
    },
    finds: ['outside-repository'],
  },
  'a path by `..` that leads out of the repository': {
    files: { 'run.py': "open('../elsewhere')\n" },
    does: (c) => writeFile(join(c.folder, 'elsewhere'), ''),
    finds: ['outside-repository'],
  },
  'a file in the home': {
    files: { 'run.py': "pd.read_csv('~/in.csv')\n" },
    finds: ['home-file'],
    says: /run\.py:1 reads ~\/in\.csv/,
  },
  'an absolute path outside': {
    files: { 'run.py': "open(f'/mnt/lake/{day}.csv')\n" },
    finds: ['outside-file'],
    says: /\/mnt\/lake\//,
  },
  'nothing where programs and files of every machine are named': {
    files: { 'run.sh': 'cat /etc/hostname < /dev/null\n' },
    call: ['--', '/bin/sh', 'run.sh', '/tmp'],
    finds: [],
  },
  'nothing where a program names its routes': {
    files: { 'run.py': "app.route('/api/x')\nprint('/a/b')\n" },
    finds: [],
  },
  'a pointer of git-lfs': {
    files: {
      'run.py': "open('big.bin')\n",
      'big.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
    },
    finds: ['lfs-pointer'],
  },
  'changes that the command was not seen to read': {
    files: etl,
    does: (c) => c.write({ 'other.txt': '' }),
    finds: ['changes-elsewhere'],
  },
  'a folder of which something is untracked': {
    files: { 'run.py': "os.listdir('data')\n", 'data/a': '' },
    does: (c) => c.write({ 'data/b': '' }),
    finds: ['untracked-file'],
    says: /data\/b/,
  },

  // The command.
  'a script that is not there': {
    files: { 'jobs/run.py': '' },
    finds: ['missing-file'],
    says: /run\.py, which is not there/,
  },
  'a notebook that is run by Python': {
    files: { 'a.ipynb': '{"cells":[]}' },
    call: ['--', 'python3', 'a.ipynb'],
    finds: ['notebook'],
    says: /papermill a\.ipynb/,
  },
  'what the cells of a notebook read': {
    files: {
      'a.ipynb': JSON.stringify({ cells: [{ cell_type: 'code', source: ["!echo it's\n", "open('in.csv')"] }] }),
    },
    does: (c) => c.write({ 'in.csv': '' }),
    call: ['--', 'papermill', 'a.ipynb', 'out.ipynb'],
    finds: ['untracked-file'],
  },
  'a module that is found by its path alone': {
    files: { 'jobs/run.py': 'import shared\n', 'src/shared/__init__.py': '' },
    call: ['--', 'python3', 'jobs/run.py'],
    finds: ['import-path'],
  },
  'nothing where PYTHONPATH goes with the job': {
    files: { 'jobs/run.py': 'import shared\n', 'src/shared/__init__.py': '' },
    call: ['--env', 'PYTHONPATH=src', '--', 'python3', 'jobs/run.py'],
    finds: [],
  },

  // Its environment.
  'a variable that the code reads and that is set here': {
    files: { 'run.py': "import os\nos.environ['DAY']\nos.getenv('UNSET')\nos.environ['PATH']\n" },
    env: { DAY: 'x' },
    finds: ['variable-not-in-job'],
    says: /DAY/,
  },
  'nothing where it is taken along': {
    files: { 'run.py': "import os\nos.environ['DAY']\n" },
    env: { DAY: 'x' },
    call: ['--env', 'DAY', ...python],
    finds: [],
  },
  'a variable that looks like a secret': {
    files: { 'run.sh': 'curl -H "authorization: $API_TOKEN" "$SERVER"\n' },
    env: { API_TOKEN: 'geheim', SERVER: 'https://u:geheim@host/' },
    call: ['--', 'sh', 'run.sh'],
    finds: ['secret-not-in-job'],
    says: /SERVER/,
  },
  'nothing where it is attached as a secret': {
    files: { 'run.js': 'process.env.API_TOKEN' },
    env: { API_TOKEN: 'geheim' },
    call: ['--secret', 'API_TOKEN=etl-token', '--', 'node', 'run.js'],
    finds: [],
  },
  'a secret that is taken along as a variable': {
    files: { 'run.py': '' },
    env: { DB_PASSWORD: 'geheim' },
    call: ['--env', 'DB_PASSWORD', ...python],
    finds: ['secret-as-variable'],
  },

  // Its packages.
  'lines of a requirements.txt that mean something only there': {
    files: { 'run.py': '', 'requirements.txt': '-r base.txt\nrequests\n-e .\n' },
    finds: ['packages-not-read'],
    says: /-r base\.txt, -e \./,
  },
  'a packages file that is not taken along': {
    files: { 'run.py': '', Pipfile: '[packages]\nrequests = "*"\n' },
    finds: ['packages-not-read'],
  },
  'a package of Node that nothing declares': {
    files: {
      'run.mjs': "import 'left-pad';\nimport 'node:fs';\nimport 'right-pad/x';\n",
      'package.json': '{"dependencies":{"right-pad":"1"}}',
    },
    call: ['--', 'node', 'run.mjs'],
    finds: ['package-not-declared', 'packages-file'],
    says: /left-pad/,
  },
  'R without a renv.lock': {
    files: { 'run.R': 'library(dplyr)\nstats::sd(1)\n' },
    call: ['--', 'Rscript', 'run.R'],
    finds: ['packages-not-read'],
    says: /dplyr/,
  },
};

describe.concurrent('clone-as-job finds', () => itFinds(cases));

it('every finding that there is was found in one of these cases, or has its own', async () => {
  const { findingCodes } = await import('../src/cli/clone-as-job/finding.ts');
  const elsewhere = [
    'env-file',
    'not-followed',
    'named-folder',
    'own-environment',
    'secret-in-command',
    'secret-in-packages',
  ];
  const own = [
    ...elsewhere,
    'git-refused',
    'local-remote',
    'no-credential',
    'not-a-repository',
    'no-commit',
    'url-credentials',
    'absolute-path',
  ];
  const found = new Set([...Object.values(cases).flatMap(({ finds }) => finds), ...own]);
  expect([...found].sort()).toEqual(Object.keys(findingCodes).sort());
});

describe('clone-as-job finds, too', () => {
  it('that a folder is in no repository, or in one without a commit', async () => {
    await using checkout = await checkoutUnderTest({ 'run.py': '' });
    expect(await checkout.found(python, { in: '..' })).toMatchObject({
      exit: 65,
      codes: ['not-a-repository'],
      job: null,
    });
    await mkdir(join(checkout.folder, 'empty'));
    await checkout.git('-C', '../empty', 'init', '--quiet');
    expect((await checkout.found(python, { in: '../empty' })).codes).toEqual([
      'missing-file',
      'no-commit',
      'no-remote',
    ]);
  });

  it('a path that names the checkout by its place on this machine', async () => {
    await using checkout = await checkoutUnderTest({ 'in.csv': '' });
    await checkout.publish({ 'run.py': `open('${checkout.dir}/in.csv')\n` });
    expect((await checkout.found(python)).codes).toEqual(['absolute-path', 'local-remote']);
  });

  it('that a remote lets nobody in without a credential, whatever lets the developer in', async () => {
    await using checkout = await checkoutUnderTest({ 'run.py': '' });
    const login = { username: 'me', password: 'geheim' };
    await using privately = await gitServer({ root: checkout.folder, login });
    await using openly = await gitServer({ root: checkout.folder });
    const helper = '!f() { echo username=me; echo password=geheim; }; f';
    await writeFile(join(checkout.home, '.gitconfig'), `[credential]\n\thelper = "${helper}"\n`);
    const askpass = join(checkout.folder, 'askpass');
    const answers = '#!/bin/sh\ncase $1 in Username*) echo me ;; *) echo geheim ;; esac\n';
    await writeFile(askpass, answers, { mode: 0o755 });
    const codesAt = async (url: string, ...options: string[]) => {
      await checkout.git('remote', 'set-url', 'origin', url);
      return (await checkout.found([...options, ...python], { env: { GIT_ASKPASS: askpass } })).codes;
    };
    expect(await codesAt(`${privately.url}/etl.git`)).toEqual(['no-credential']);
    expect(await codesAt(`${privately.url}/etl.git`, '--credential', 'deploy')).toEqual([]);
    expect(await codesAt(`${openly.url}/etl.git`)).toEqual([]);
    expect(await codesAt('git@example.org:acme/etl.git', '--offline')).toEqual(['no-credential', 'remote-not-asked']);
  });

  it('credentials in the URL of the remote, which the job does not get', async () => {
    await using checkout = await checkoutUnderTest({ 'run.py': '' });
    await checkout.git('remote', 'set-url', 'origin', 'https://me:geheim@example.org/acme/etl.git');
    const said = await checkout.clone(['--offline', ...python]);
    expect(said).toMatchObject({ exit: 0, out: expect.stringContaining('url: https://example.org/acme/etl.git\n') });
    expect(said.err).toContain('url-credentials');
    expect(JSON.stringify(said)).not.toContain('geheim');
    await checkout.git('remote', 'set-url', 'origin', 'git@example.org:acme/etl.git');
    expect((await checkout.found(['--offline', ...python])).job.external_repo_attachments[0].url).toBe(
      'git@example.org:acme/etl.git',
    );
  });
});
