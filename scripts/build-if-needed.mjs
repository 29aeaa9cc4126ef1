// Builds the packages whose sources changed since their last build; `--force` builds them all.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const shared = ['pnpm-lock.yaml', 'tsup.base.ts', 'tsconfig.base.json'];

await buildInOrder(findPackages(), process.argv.includes('--force'));

// The others are built against core's types, so core goes first and a change of core rebuilds them.
async function buildInOrder(packages, force) {
  const core = packages.filter((each) => each.name === '@runyard/core');
  const others = packages.filter((each) => each.name !== '@runyard/core');
  await Promise.all(core.map((each) => buildIfNeeded(each, stampOf(each), force)));
  const coreStamp = core.map(stampOf).join();
  await Promise.all(others.map((each) => buildIfNeeded(each, stampOf(each) + coreStamp, force)));
}

// The stamp goes before the build and is written after it, so that a build cut short is done again.
async function buildIfNeeded({ name, folder }, stamp, force) {
  const stampFile = join(root, 'node_modules/.cache/runyard-build', name.replace('/', '+'));
  const built = existsSync(stampFile) && existsSync(join(folder, 'dist')) && readFileSync(stampFile, 'utf8') === stamp;
  if (built && !force) return;
  rmSync(stampFile, { force: true });
  process.stdout.write(`building ${name}\n`);
  await tsup(name, folder);
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

// tsup's own talk is shown only when the build fails.
function tsup(name, folder) {
  const binary = join(root, 'node_modules/tsup/dist/cli-default.js');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [binary], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    child.on('close', (code) => {
      if (code === 0) return resolve();
      process.stderr.write(`${said}\nThe build of ${name} failed; the lines above say why.\n`);
      process.exit(1);
    });
  });
}

// A folder under packages/ is a package once it has a package.json.
function findPackages() {
  return readdirSync(join(root, 'packages'))
    .map((entry) => join(root, 'packages', entry))
    .filter((folder) => existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'tsup.config.ts')))
    .map((folder) => ({ folder, name: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name }));
}

// Paths, sizes and times of everything that goes into a build.
function stampOf({ folder }) {
  const own = ['package.json', 'tsup.config.ts', 'tsconfig.json'].map((file) => join(folder, file));
  const sources = readdirSync(join(folder, 'src'), { recursive: true }).map((file) => join(folder, 'src', file));
  const inputs = [...shared.map((file) => join(root, file)), ...own, ...sources.sort()];
  const hash = createHash('sha256');
  for (const file of inputs) {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat?.isFile() && !file.endsWith('.test.ts')) hash.update(`${file} ${stat.size} ${stat.mtimeMs}\n`);
  }
  return hash.digest('hex');
}
