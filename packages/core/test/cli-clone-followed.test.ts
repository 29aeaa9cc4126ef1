import { describe } from 'vitest';
import { itFinds } from './support/clone-cases.ts';

const found = ['untracked-file'];
const ignoresEnv = { '.gitignore': '.env\n' };

describe.concurrent('clone-as-job follows', () => {
  itFinds({
    'load_dotenv, to the names that the job would lack': {
      files: { ...ignoresEnv, 'run.py': 'from dotenv import load_dotenv\nload_dotenv()\n' },
      does: (c) => c.write({ '.env': 'A=geheim\nexport B=geheim\n' }),
      finds: ['env-file'],
      says: /run\.py:2 loads \.env.* no A, B from it/,
    },
    'load_dotenv, to nothing where each is given': {
      files: { ...ignoresEnv, 'jobs/run.py': 'load_dotenv()\n' },
      does: (c) => c.write({ '.env': 'A=geheim\nB=geheim\n' }),
      call: ['--env', 'A=1', '--secret', 'B', '--', 'python3', 'jobs/run.py'],
      finds: [],
    },
    'the dotenv of Node': {
      files: {
        ...ignoresEnv,
        'run.js': "require('dotenv').config();\n",
        'package.json': '{"dependencies":{"dotenv":"1"}}',
      },
      does: (c) => c.write({ '.env': 'A=geheim\n' }),
      call: ['--', 'node', 'run.js'],
      finds: ['env-file', 'packages-file'],
    },
    'an option of Node that names a file of variables': {
      files: { ...ignoresEnv, 'run.js': '', 'package.json': '{}' },
      does: (c) => c.write({ '.env': 'A=geheim\n' }),
      call: ['--', 'node', '--env-file=.env', 'run.js'],
      finds: ['ignored-file', 'packages-file'],
      says: /by --env NAME=VALUE and --secret NAME/,
    },
    'the same of uv': {
      files: { ...ignoresEnv, 'run.py': '' },
      does: (c) => c.write({ '.env': 'A=geheim\n' }),
      call: ['--', 'uv', 'run', '--env-file', '.env', 'python', 'run.py'],
      finds: ['ignored-file'],
    },
    'uv run with a script': {
      files: { 'run.py': 'import helper\n' },
      does: (c) => c.write({ 'helper.py': '' }),
      call: ['--', 'uv', 'run', 'run.py'],
      finds: found,
    },
    'uv run with a module': {
      files: { 'run.py': 'import helper\n' },
      does: (c) => c.write({ 'helper.py': '' }),
      call: ['--', 'uv', 'run', '-m', 'run'],
      finds: found,
    },
    'a script of the package.json without `run`': {
      files: { 'package.json': '{"scripts":{"etl":"node run.js"}}', 'run.js': '' },
      does: (c) => c.write({ 'run.js': '1' }),
      call: ['--', 'pnpm', 'etl'],
      finds: ['changed-file', 'packages-file'],
    },
    'sys.path': {
      files: {
        'jobs/run.py': "sys.path.insert(0, 'lib')\nsys.path.append(os.path.join(here, 'more'))\nimport mylib, other\n",
      },
      does: (c) => c.write({ 'lib/mylib.py': '', 'jobs/more/other.py': '' }),
      call: ['--', 'python3', 'jobs/run.py'],
      finds: found,
      says: /lib\/mylib\.py[\s\S]*jobs\/more\/other\.py/,
    },
    'what a script sources by a variable for its folder': {
      files: {
        'bin/run.sh': `HERE="$(cd "$(dirname "$\{BASH_SOURCE[0]}")" && pwd)"\nIN=data\nsource "$HERE/x.sh"\ncat "$\{IN}/a.csv"\n`,
      },
      does: (c) => c.write({ 'bin/x.sh': '', 'data/a.csv': '' }),
      call: ['--', 'bash', 'bin/run.sh'],
      finds: found,
      says: /bin\/x\.sh[\s\S]*data\/a\.csv/,
    },
    'what a cell runs': {
      files: {
        'a.ipynb': JSON.stringify({ cells: [{ cell_type: 'code', source: ['%run other.py\n', '!sh x.sh\n'] }] }),
      },
      does: (c) => c.write({ 'other.py': '', 'x.sh': '' }),
      call: ['--', 'papermill', 'a.ipynb', 'out.ipynb'],
      finds: found,
      says: /other\.py[\s\S]*x\.sh/,
    },
    'what lies in the home, however that is written': {
      files: { 'run.py': 'open(Path.home() / "x.csv")\nopen(os.environ["HOME"] + "/y.csv")\n' },
      finds: ['home-file'],
      says: /~\/x\.csv[\s\S]*~\/y\.csv/,
    },
  });
});
