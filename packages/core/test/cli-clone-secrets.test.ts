import { describe, expect, it } from 'vitest';
import { checkoutUnderTest } from './support/checkouts.ts';
import { itFinds, runPython } from './support/clone-cases.ts';

// Put together here, so that no scanner takes this file for a leak.
const token = `ghp${'_'}geheimgeheim1234567890`;
const files = { 'run.py': '' };
const found = ['secret-in-command'];

describe.concurrent('clone-as-job finds in what everybody would read', () => {
  itFinds({
    'a password behind its option': {
      files,
      call: [...runPython, '--password', 'geheim'],
      finds: found,
      says: /gives as --password/,
    },
    'one that its option names by `=`': { files, call: [...runPython, '--db-password=geheim'], finds: found },
    'a token, whatever names it': { files, call: [...runPython, token], finds: found, says: /Word 3/ },
    'a token inside a header': { files, call: ['--', `python3 run.py -H "Bearer ${token}"`], finds: found },
    'an assignment in front of the program': {
      files,
      call: ['--', 'API_TOKEN=geheim python3 run.py'],
      finds: found,
      says: /gives as API_TOKEN/,
    },
    'an assignment that env makes': {
      files,
      call: ['--', 'env', 'API_TOKEN=geheim', 'python3', 'run.py'],
      finds: found,
    },
    'one in shell code that is a word': {
      files,
      call: ['--', 'bash', '-c', 'export API_TOKEN=geheim; python3 run.py'],
      finds: found,
    },
    'a URL with a password': { files, call: [...runPython, '--db', 'postgres://me:geheim@db/x'], finds: found },
    'nothing where a variable or a file holds it': {
      files,
      call: [
        '--',
        'python3 run.py --token "$TOKEN" --password-file pw.txt --max-token 100 --credentials key.json --dsn postgres://db/x --sort-by sk-name',
      ],
      finds: [],
    },
    'a token in the URL of a package': {
      files: { 'run.py': '', 'requirements.txt': `requests\ngit+https://${token}@example.org/a.git\n` },
      finds: ['secret-in-packages'],
      says: /requirements\.txt:2/,
    },
    'a password of an index': {
      files: { 'run.py': '', 'requirements.txt': '--index-url https://me:geheim@example.org/simple\n' },
      finds: ['secret-in-packages'],
    },
    'nothing where pip puts it there itself': {
      files: { 'run.py': '', 'requirements.txt': `git+https://me:$\{GIT_TOKEN}@example.org/a.git\n` },
      finds: [],
    },
  });
});

it('what is known better is allowed', async () => {
  await using checkout = await checkoutUnderTest(files);
  const call = [...runPython, '--password', 'x'];
  expect((await checkout.clone(['--allow', 'secret-in-command', ...call])).exit).toBe(0);
});
