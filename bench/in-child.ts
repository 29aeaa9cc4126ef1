import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Runs a module in a process of its own; what it tells last is its result. Throws where it tells nothing. */
export const inChild = async <T>(module: URL, args: string[]): Promise<T> => {
  const child = fork(module, args, { serialization: 'advanced' });
  let result: T | undefined;
  child.on('message', (message) => {
    result = message as T;
  });
  await once(child, 'exit');
  if (result === undefined) throw new Error('its process ended without a result');
  return result;
};
