import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Planted, planted } from './planted.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('each lint rule refuses its planted mistake', () => {
  const folder = mkdtempSync(join(tmpdir(), 'runyard-lint-'));
  let mistakes: Finding[];
  let twins: Finding[];

  beforeAll(() => {
    mistakes = lint(join(folder, 'mistakes'), (plant) => plant.mistake);
    twins = lint(join(folder, 'twins'), (plant) => plant.twin);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(planted)('$rule: $says ($path)', ({ rule, path }) => {
    expect(rulesBroken(mistakes, path)).toContain(rule);
    expect(rulesBroken(twins, path)).toEqual([]);
  });
});

type Finding = { category: string; severity: string; location: { path: string } };

// Writes every planted file below a copy of our configuration and lets Biome read them all in one go.
function lint(folder: string, text: (plant: Planted) => string): Finding[] {
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, 'biome'), join(folder, 'biome'), { recursive: true });
  const config = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...config, $schema: undefined }));
  for (const plant of planted) {
    mkdirSync(dirname(join(folder, plant.path)), { recursive: true });
    writeFileSync(join(folder, plant.path), text(plant));
  }
  const report = biome(['lint', '--reporter=json', '--max-diagnostics=none', '.'], folder);
  return JSON.parse(report).diagnostics;
}

// Biome's exit code says only that something was found; what was found is read from its report.
function biome(args: string[], cwd: string): string {
  const binary = join(root, 'node_modules/@biomejs/biome/bin/biome');
  try {
    return execFileSync(process.execPath, [binary, ...args], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

function rulesBroken(findings: Finding[], path: string): string[] {
  return findings.filter((finding) => finding.location.path === path).map((finding) => finding.category);
}
