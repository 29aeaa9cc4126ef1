import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const packages = join(import.meta.dirname, '../../../packages');

/** Every reason with which a run can end, as the sources of all packages name them. */
export const endReasons = (): string[] => {
  const texts = sources().map((file) => readFileSync(file, 'utf8'));
  const found = texts.flatMap((text) =>
    ways.flatMap((way) => [...text.matchAll(way)].map(([, reason = '']) => reason)),
  );
  return [...new Set([...found, ...disruptions()])].sort();
};

const ways = [
  /(?:startFailed|infrastructureFailed|infrastructure)\(\s*'([a-z-]+)'/g,
  /\breason: '([a-z-]+)'/g,
  /\bended\(\s*'(?:failed|cancelled|succeeded)',\s*'([a-z-]+)'/g,
  /\bcase '([a-z-]+)':\s*return ended\('(?:failed|cancelled)', cause/g,
];

// Kubernetes' own words for why a pod had to go, by a table.
const disruptions = (): string[] => {
  const text = readFileSync(join(packages, 'k8s-executor/src/outcome/disruption.ts'), 'utf8');
  return [...text.matchAll(/^ {2}\w+: '([a-z-]+)',$/gm)].map(([, reason = '']) => reason);
};

const sources = (): string[] =>
  readdirSync(packages, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^[\w-]+\/src\/.*\.ts$/.test(file) && !others.test(file))
    .map((file) => join(packages, file));

// Tests, the kit for tests, and what says `reason` of something else: a signature, an example of an answer.
const others = /\.test\.ts$|core\/src\/testing\/|webhook-signature\.ts$|core\/src\/http\//;
