import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CheckoutUnderTest, checkoutUnderTest } from './support/checkouts.ts';
import { pythonEnvironment } from './support/python-environment.ts';

const call = ['--', 'python3', 'run.py'];
const installed = {
  pandas: { modules: ['pandas'], requires: ['numpy>=1', 'xlrd; extra == "excel"'] },
  numpy: { modules: ['numpy'] },
  xlrd: { modules: ['xlrd'] },
  'Py_YAML.x': { modules: ['yaml'] },
  papermill: { modules: ['papermill'], programs: ['papermill'] },
};

const withPython = async (checkout: CheckoutUnderTest): Promise<{ env: Record<string, string> }> => {
  const bin = await pythonEnvironment(join(checkout.folder, 'venv'), installed);
  return { env: { PATH: `${bin}:${join(checkout.folder, 'bin')}` } };
};

const undeclared = ({ findings }: { findings: { code: string; todo: string | null }[] }): (string | null)[] =>
  findings.filter(({ code }) => code === 'package-not-declared').map(({ todo }) => todo);

describe('clone-as-job says which package is installed here and declared nowhere', () => {
  it('by what is imported, and by what requires what; and imports nothing of it', async () => {
    await using checkout = await checkoutUnderTest({
      'run.py': 'import os, pandas, numpy, yaml, xlrd, nowhere\nimport lib\n',
      'lib.py': '',
      'requirements.txt': 'Pandas==1.2 # the frame\n',
      'json.py': 'raise SystemExit("taken for the module of Python")\n',
    });
    const place = await withPython(checkout);
    expect(undeclared(await checkout.found(call, place)).sort()).toEqual([
      'add the line Py_YAML.x==1.2 to requirements.txt',
      'add the line xlrd==1.2 to requirements.txt',
    ]);
    await checkout.publish({
      'requirements.txt': 'pandas\n-r more/base.txt\n',
      'more/base.txt': 'py-yaml-x>=1 ; python_version > "3"\n-r ../requirements.txt\n--requirement=deep.txt # c\n',
      'more/deep.txt': 'xlrd\n',
    });
    expect(undeclared(await checkout.found(call, place))).toEqual([]);
    await checkout.publish({ 'requirements.txt': 'pandas\npy-yaml-x>=1 ; python_version > "3"\nxlrd\n' });
    expect(undeclared(await checkout.found(call, place))).toEqual([]);
  });

  it('by the program that is called', async () => {
    await using checkout = await checkoutUnderTest({ 'a.ipynb': '{"cells":[]}' });
    const place = await withPython(checkout);
    const found = await checkout.found(['--', 'papermill', 'a.ipynb', 'out.ipynb'], place);
    expect(undeclared(found)).toEqual(['add the line papermill==1.2 to a requirements.txt']);
  });

  it.each([
    ['environment.yml', 'dependencies:\n  - python=3.11\n  - conda-forge::numpy>=1\n  - pip:\n      - Py-YAML-x==1\n'],
    [
      'pyproject.toml',
      '[project]\nname = "x"\ndependencies = [\n  "numpy[fast]>=1",\n  "py.yaml.x",\n]\n[tool.x]\ndependencies = ["no"]\n',
    ],
    ['pyproject.toml', '[tool.poetry.dependencies]\npython = "^3.11"\nnumpy = "^1"\nPy_YAML_x = { version = "1" }\n'],
    ['Pipfile', '[packages]\nnumpy = "*"\n"py-yaml-x" = "*"\n'],
  ])('a %s declares', async (name, text) => {
    await using checkout = await checkoutUnderTest({ 'run.py': 'import numpy, yaml\n', [name]: text });
    expect(undeclared(await checkout.found(call, await withPython(checkout)))).toEqual([]);
  });
});

describe('clone-as-job takes the packages into the job', () => {
  it.each([
    [
      'of requirements.txt, nearest first',
      { 'jobs/requirements.txt': 'a\n', 'requirements.txt': 'b\n' },
      { pip: 'a\n', as_requirements_txt: true },
    ],
    [
      'of environment.yml',
      { 'environment.yml': 'dependencies: [a]\n' },
      { conda: 'dependencies: [a]\n', as_environment_yml: true },
    ],
    [
      'of pyproject.toml',
      { 'pyproject.toml': '[project]\ndependencies = ["a>=1", "b"]\n' },
      { pip: 'a>=1\nb\n', as_requirements_txt: true },
    ],
    ['none, where there are none', {}, undefined],
  ])('%s', async (_, files, packages) => {
    await using checkout = await checkoutUnderTest({ 'jobs/run.py': '', ...files });
    expect((await checkout.found(call, { in: 'jobs' })).job.extra_packages).toEqual(packages);
  });

  it.each([
    ['package-lock.json', 'npm ci'],
    ['pnpm-lock.yaml', 'pnpm install --frozen-lockfile'],
    ['yarn.lock', 'yarn install --frozen-lockfile'],
    ['README.md', 'npm install'],
  ])('by the start script where they are those of Node: %s', async (lock, install) => {
    await using checkout = await checkoutUnderTest({
      'jobs/run.js': '',
      'jobs/package.json': '{}',
      [`jobs/${lock}`]: '',
    });
    const { job } = await checkout.found(['--', 'node', 'run.js'], { in: 'jobs' });
    expect(job.start_script).toBe(`set -e\n(cd 'jobs' && ${install})\n`);
  });

  it('by the start script where they are those of a renv.lock', async () => {
    await using checkout = await checkoutUnderTest({ 'run.R': 'library(dplyr)\n', 'renv.lock': '{}' });
    const { job, codes } = await checkout.found(['--', 'Rscript', 'run.R']);
    expect({ script: job.start_script, codes }).toEqual({
      script: "set -e\nRscript -e 'renv::restore()'\n",
      codes: ['local-remote', 'packages-file'],
    });
  });
});
