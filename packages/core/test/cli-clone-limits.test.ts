import { describe, expect, it } from 'vitest';
import { readPython } from '../src/cli/clone-as-job/reading/python.ts';
import { checkoutUnderTest } from './support/checkouts.ts';
import { itFinds } from './support/clone-cases.ts';

const deep = 20_000;

describe.concurrent('clone-as-job says', () => {
  itFinds({
    'which programs it did not look into': {
      files: { 'run.sh': 'grep x y\nmake all\nsay hello\n' },
      call: ['--', 'sh run.sh && dbt run | tee log && ./run.sh'],
      finds: ['not-followed'],
      says: /What dbt, make runs and reads/,
    },
    'that of a program that it does not know': {
      files: { 'run.x': '' },
      call: ['--', 'frobnicate', 'run.x'],
      finds: ['not-followed'],
    },
    'that a command goes home': {
      files: { 'run.py': '' },
      call: ['--', 'cd ~/other && python3 run.py'],
      finds: ['changes-directory', 'home-file', 'missing-file'],
    },
    'nothing about a path that is put together by a plus': {
      files: { 'run.py': 'open(ROOT + "/nope.csv")\nBASE = "data"\nopen(BASE + "/x.csv")\n', 'data/x.csv': '' },
      finds: [],
    },
    'that what such a path leads to is not in git': {
      files: { 'run.py': 'open(os.path.dirname(__file__) + "/y.csv")\nBASE = "data"\nopen(BASE + "/x.csv")\n' },
      does: (c) => c.write({ 'data/x.csv': '', 'y.csv': '' }),
      finds: ['untracked-file'],
      says: /y\.csv[\s\S]*data\/x\.csv/,
    },
    'what a module imports that options of one letter stand before': {
      files: { 'helper.py': 'import other\n' },
      does: (c) => c.write({ 'other.py': '' }),
      call: ['--', 'python3', '-um', 'helper'],
      finds: ['untracked-file'],
    },
    'nothing about commands that are deeper in each other than anybody writes': {
      files: { 'run.py': '' },
      call: ['--', `python3 run.py ${'$('.repeat(deep)}`],
      finds: [],
    },
  });
});

it('a folder of the checkout that is gone to by its place on this machine is refused', async () => {
  await using checkout = await checkoutUnderTest({ 'run.py': '', 'run.sh': '' });
  await checkout.publish({ 'run.sh': `cd ${checkout.dir}\npython3 run.py\n` });
  const codesOf = async (...command: string[]) => (await checkout.found(['--', ...command])).codes;
  expect(await codesOf(`cd ${checkout.dir} && python3 run.py`)).toEqual([
    'absolute-path',
    'changes-directory',
    'local-remote',
  ]);
  expect(await codesOf('sh', 'run.sh')).toEqual(['absolute-path', 'local-remote']);
});

it('texts that are deeper in each other than anybody writes are read in time', () => {
  expect(readPython('f"{'.repeat(deep)).imports).toEqual([]);
  expect(readPython('f("a",'.repeat(deep)).literals.every(({ calls }) => calls.length <= 20)).toBe(true);
});
