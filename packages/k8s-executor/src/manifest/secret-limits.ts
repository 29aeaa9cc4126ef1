import { startFailed } from '@runyard/core';
import { secretKeys } from './environment.ts';

/** Throws `startFailed`, with the job's field, for what Linux takes as no variable, and for more than Kubernetes takes in one Secret. `data` by its keys. */
export const refuseTooLarge = (data: Readonly<Record<string, Buffer>>): void => {
  for (const [key, bytes] of Object.entries(data)) {
    const name = key.startsWith('env.') ? key.slice('env.'.length) : null;
    if (name === null) continue;
    if (bytes.includes(0))
      throw startFailed('invalid-variable', `\`${fieldOf(key)}\` has a NUL in it, which no environment variable can.`);
    if (name.length + 1 + bytes.length + 1 > mostVariableBytes)
      throw startFailed(
        'too-large',
        `\`${fieldOf(key)}\` has ${bytes.length} bytes, and Linux takes no environment variable of more than ${mostVariableBytes}, its name included. Give it as a file.`,
      );
  }
  const sizes = Object.entries(data).map(([key, bytes]) => ({ key, size: bytes.length }));
  const total = sizes.reduce((sum, { size }) => sum + size, 0);
  if (total <= mostBytes) return;
  const [largest] = sizes.toSorted((a, b) => b.size - a.size);
  throw startFailed(
    'too-large',
    `The job has ${total} bytes of variables, secrets and scripts, and Kubernetes takes ${mostBytes} in one Secret. The largest is \`${fieldOf(largest?.key ?? '')}\` with ${largest?.size} bytes: let the job fetch it instead.`,
  );
};

// The API server counts the values, before they are encoded.
const mostBytes = 2 ** 20;

const mostVariableBytes = 128 * 1024;

const fieldOf = (key: string): string => {
  if (key === secretKeys.script) return 'startScript, command or extraPackages';
  if (key === secretKeys.fetch) return 'sources';
  if (key.startsWith('file.') || key === secretKeys.place) return 'secrets';
  return key;
};
