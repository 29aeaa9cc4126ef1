import { fileURLToPath } from 'node:url';
import type { JobFunction, JobInput, SecretAttachment } from '@runyard/core';
import type { Shape } from './shapes.ts';

const program = fileURLToPath(new URL('loud/loud.mjs', import.meta.url));
const script = fileURLToPath(new URL('loud/loud.sh', import.meta.url));

/** Jobs of one owner that say their secrets in all ways, and end in all ways. */
export const loudJobs = (owner: string, shapes: readonly Shape[], gitUrl: string): JobInput[] => {
  const files = shapes.filter(({ type }) => type === 'file').map(({ name }) => `secrets-of-${name}`);
  const base = { owner, secrets: shapes.map(attached), env: { FILES: files.join(' ') } };
  const inEnvironment = base.secrets.filter(({ type }) => type === 'environment_variable');
  const node = [process.execPath, program];
  const sh = ['/bin/sh', script];
  return [
    { ...base, name: 'by a program', command: node },
    { ...base, name: 'by a shell', command: sh },
    {
      ...base,
      name: 'fails and is tried again',
      command: node,
      env: { ...base.env, EXIT: '3' },
      backoff: { limit: 1, initialMs: 10 },
    },
    { ...base, name: 'with a start script that fails', command: sh, startScript: `EXIT=7; . ${script}` },
    { ...base, name: 'by a function', executor: 'function', command: ['loud'], secrets: inEnvironment },
    { ...base, name: 'by a server of git', command: 'true', sources: [{ url: gitUrl, credential: 'git' }] },
    {
      ...base,
      name: 'is ended while it runs',
      command: `sh ${script}; sleep 60`,
      limits: { runMs: 1500, graceMs: 100 },
    },
    {
      ...base,
      name: 'leaves something running',
      command: `sh ${script}; (sleep 0.3; echo "late: $S_TOKEN") & sh ${script}`,
    },
  ];
};

/** A name that the script and the program know. */
const attached = ({ name, type }: Shape): SecretAttachment =>
  type === 'file'
    ? { name, type, location: `secrets-of-${name}` }
    : { name, type, location: `S_${name.toUpperCase()}` };

export const loudFunction: JobFunction = ({ env, log }) => {
  const values = Object.entries(env).flatMap(([name, value]) => (name.startsWith('S_') ? [value] : []));
  for (const value of values) {
    log(value);
    log(JSON.stringify({ value }));
    log(Buffer.from(value).toString('base64'));
  }
  log(`said ${values.length} things`);
  throw new Error(`cannot connect to ${env.S_URL} with ${JSON.stringify(env.S_PASSWORD)}`, { cause: env.S_TOKEN });
};
