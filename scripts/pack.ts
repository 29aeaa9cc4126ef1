// Packs packages as they would be published.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../packages', import.meta.url));

export function publishedPackages(): string[] {
  return readdirSync(packages)
    .map((name) => join(packages, name))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .filter((folder) => !JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).private);
}

// Packs one package into `destination` and gives the tarball's path.
export function pack(folder: string, destination: string): string {
  const said = pnpm(['pack', '--json', '--pack-destination', destination], folder);
  return JSON.parse(said.slice(said.indexOf('{'))).filename;
}

// The pnpm that runs us; started by hand, the one that npx finds.
export function pnpm(args: string[], cwd: string): string {
  const [command = 'npx', ...first] = pnpmCommand(process.env.npm_execpath);
  const shell = process.platform === 'win32';
  return execFileSync(command, [...first, ...args], {
    cwd,
    shell,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function pnpmCommand(running: string | undefined): string[] {
  if (!running?.includes('pnpm')) return ['npx', '-y', 'pnpm@12'];
  return /\.[cm]?js$/.test(running) ? [process.execPath, running] : [running];
}
