import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import type { CheckoutUnderTest } from './support/checkouts.ts';
import { itFinds } from './support/clone-cases.ts';

const files = { 'run.py': '', '.gitignore': '.venv/\nnode_modules/\n' };

// As `python -m venv` makes it.
const virtualenv = (folder: string) => async (checkout: CheckoutUnderTest) => {
  await mkdir(join(checkout.dir, folder, 'bin'), { recursive: true });
  await symlink('/usr/bin/python3', join(checkout.dir, folder, 'bin/python'));
  await checkout.write({ [`${folder}/pyvenv.cfg`]: 'home = /usr/bin\n', [`${folder}/bin/activate`]: 'export X=$Y\n' });
};

describe.concurrent('clone-as-job finds an environment of this machine', () => {
  itFinds({
    'that is switched on': {
      files,
      does: virtualenv('.venv'),
      call: ['--', 'source .venv/bin/activate && python run.py'],
      finds: ['own-environment'],
      says: /type instead: -- python run\.py; .*requirements\.txt/,
    },
    'that is switched on by a dot, before more than one command': {
      files,
      does: virtualenv('.venv'),
      call: ['--', 'echo a; . .venv/bin/activate; python run.py && echo b'],
      finds: ['own-environment'],
      says: /type instead: -- 'echo a; python run\.py && echo b';/,
    },
    'whose Python is called by its path': {
      files,
      does: virtualenv('.venv'),
      call: ['--', '.venv/bin/python', 'run.py', 'a b'],
      finds: ['own-environment'],
      says: /type instead: -- python run\.py 'a b';/,
    },
    'that lies elsewhere': {
      files,
      does: virtualenv('../home/env'),
      call: ['--', '~/env/bin/python run.py'],
      finds: ['own-environment'],
      says: /type instead: -- python run\.py;/,
    },
    'that a script switches on': {
      files: { ...files, 'run.sh': 'source .venv/bin/activate\npython3 run.py\n' },
      does: virtualenv('.venv'),
      call: ['--', 'bash', 'run.sh'],
      finds: ['own-environment'],
      says: /leave it out, in run\.sh: \.venv\/bin\/activate/,
    },
    'of conda': {
      files,
      does: (c) => c.write({ '.venv/conda-meta/history': '', '.venv/bin/python': '' }),
      call: ['--', '.venv/bin/python', 'run.py'],
      finds: ['own-environment'],
    },
    'of conda, that is switched on': {
      files,
      call: ['--', 'conda activate etl && python run.py'],
      finds: ['own-environment'],
      says: /type instead: -- python run\.py;/,
    },
    'of Node': {
      files: { ...files, 'package.json': '{}' },
      does: (c) => c.write({ 'node_modules/.bin/tsc': '' }),
      call: ['--', 'node_modules/.bin/tsc', '-p', '.'],
      finds: ['own-environment'],
      says: /type instead: -- npx tsc -p \.; .*package\.json/,
    },
    'without the words of the command, where one of them is secret': {
      files,
      does: virtualenv('.venv'),
      call: ['--', '.venv/bin/python', 'run.py', '--password', 'geheim'],
      finds: ['own-environment', 'secret-in-command'],
    },
    'nowhere in a folder bin': {
      files: { 'bin/run.py': '#!/usr/bin/env python3\n' },
      call: ['--', 'bin/run.py'],
      finds: [],
    },
  });
});
