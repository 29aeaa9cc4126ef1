import { afterAll, beforeAll } from 'vitest';
import { httpWorld, type World } from './http-world.ts';

/** A world for the tests of a file, and what Ann asks of it over HTTP. */
export const useWorld = () => {
  let made: World | undefined;
  let token: string;
  const world = (): World => {
    if (!made) throw new Error('The world is there from the first test on.');
    return made;
  };
  beforeAll(async () => {
    made = await httpWorld();
    token = (await made.token(made.people.ann)).token;
  });
  afterAll(() => made?.[Symbol.asyncDispose]());
  const call = (method: string, path: string, body?: unknown) =>
    world().call(method, path, { token, ...(body !== undefined && { body }) });
  return { world, call };
};
