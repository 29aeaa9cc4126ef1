import { describe, expect, it } from 'vitest';
import { type CheckoutUnderTest, checkoutUnderTest } from './support/checkouts.ts';
import { itFinds, runPython } from './support/clone-cases.ts';

const after = (code: string, ...left: string[]) => ({
  files: { 'run.py': code, '.gitignore': 'out/\nlogs/\ndata/\n' },
  does: (c: CheckoutUnderTest) => c.write(Object.fromEntries(left.map((path) => [path, '']))),
});
const nothing = (code: string, ...left: string[]) => ({ ...after(code, ...left), finds: [] });
const ignored = { finds: ['ignored-file'] };

describe.concurrent('clone-as-job takes for written, where an earlier run has left it', () => {
  itFinds({
    'a folder whose name is made later': nothing('OUT = Path("out")\nOUT.mkdir(exist_ok=True)\n', 'out/r.csv'),
    'a folder that is made where it is named': nothing('Path("out/a").mkdir(parents=True)\n', 'out/a/r.csv'),
    'a folder that is given to makedirs by its name': nothing('OUT: str = "out/a"\nos.makedirs(OUT)\n', 'out/a/r.csv'),
    'a file whose name is opened for writing': nothing(
      'LOG="logs/a.log"\nwith open(LOG, "a") as f:\n  pass\n',
      'logs/a.log',
    ),
    'a file that a path opens for writing': nothing('Path("out/r.csv").open("w")\n', 'out/r.csv'),
    'the log of basicConfig': nothing('logging.basicConfig(filename="logs/a.log")\n', 'logs/a.log'),
    'the default of an option for output': nothing('p.add_argument("--out", default="out/r.csv")\n', 'out/r.csv'),
    'an archive': nothing('ZipFile("out/a.zip", "w")\ntarfile.open("out/a.tgz", "w:gz")\n', 'out/a.zip', 'out/a.tgz'),
    'a workbook': nothing('with pd.ExcelWriter("out/a.xlsx") as w: pass\n', 'out/a.xlsx'),
    'what is copied to': nothing(
      'shutil.copy(a, "out/r.csv")\nshutil.move(a, os.path.join("out", "b.csv"))\n',
      'out/r.csv',
      'out/b.csv',
    ),
    'a file in a folder that a name stands for': nothing(
      'OUT = Path("out")\n(OUT / "r.csv").write_text("")\nOUT.mkdir()\n',
      'out/r.csv',
    ),
    'what a script makes, looks for and copies to': {
      ...nothing(''),
      files: {
        'run.sh': 'OUT=out/x\nmkdir -p "$OUT" logs\n[ -f out/x/a ] && rm out/x/a\ncp in.csv "$OUT/b"\necho out/x\n',
        'in.csv': '',
        '.gitignore': 'out/\nlogs/\n',
      },
      does: (c) => c.write({ 'out/x/a': '', 'out/x/b': '', 'logs/a': '' }),
      call: ['--', 'sh', 'run.sh'],
    },
    'a file of Node': {
      ...nothing(''),
      files: {
        'run.js': "const out = 'out/r.csv';\nfs.writeFileSync(out, '');\n",
        '.gitignore': 'out/\n',
        'package.json': '{}',
      },
      does: (c) => c.write({ 'out/r.csv': '' }),
      call: ['--', 'node', 'run.js'],
      finds: ['packages-file'],
    },
  });
});

describe.concurrent('clone-as-job goes on to find', () => {
  itFinds({
    'a folder of which nobody sees what for it is named, as a warning': {
      ...after('OUT = Path("out")\n', 'out/r.csv'),
      finds: ['named-folder'],
      says: /run\.py:1 names a folder, and out is ignored/,
    },
    'what is copied from': { ...after('shutil.copy("data/in.csv", out)\n', 'data/in.csv'), ...ignored },
    'what is read to be written': { ...after('f.write(open("data/in.csv").read())\n', 'data/in.csv'), ...ignored },
    'a file whose name is opened': {
      ...after('IN = "data/in.csv"\nopen(IN)\n', 'data/in.csv'),
      ...ignored,
      says: /data\/in\.csv \(read by run\.py:1\)/,
    },
    'a file in a folder that a name stands for': {
      ...after(
        'DATA = Path("data")\nopen(DATA / "in.csv")\nopen(os.path.join(DATA, "b.csv"))\n',
        'data/in.csv',
        'data/b.csv',
      ),
      finds: ['ignored-file', 'named-folder'],
      says: /data\/in\.csv \(read by run\.py:2\), data\/b\.csv \(read by run\.py:3\)/,
    },
    'a folder that is listed by its name': {
      ...after('DATA = Path("data")\nDATA.glob("*.csv")\n', 'data/in.csv'),
      ...ignored,
    },
    'a folder that is listed, and what is named in it, once': {
      ...after('Path("data").glob("*.csv")\nopen("data/in.csv")\n', 'data/in.csv'),
      ...ignored,
      says: /^data \(read by run\.py:1\), data\/in\.csv \(read by run\.py:2\) is ignored/m,
    },
    'a folder by a pattern': { ...after('read_csv("data/*.csv")\n', 'data/in.csv'), ...ignored },
  });
});

it('--allow CODE=PATH is for that file or folder alone', async () => {
  const { files, does } = after('open("data/a.csv")\nopen("logs/b.csv")\n', 'data/a.csv', 'logs/b.csv');
  await using checkout = await checkoutUnderTest(files);
  await does(checkout);
  const exitOf = async (...allowed: string[]) =>
    (await checkout.clone([...allowed.flatMap((each) => ['--allow', each]), ...runPython])).exit;
  expect(await exitOf('ignored-file=data/a.csv')).toBe(65);
  expect(await exitOf('ignored-file=data', 'ignored-file=logs/')).toBe(0);
  expect(await exitOf('ignored-file=dat', 'ignored-file=logs/b.csv')).toBe(65);
  expect(await exitOf('no-such=data')).toBe(64);
});
