import { z } from 'zod';
import { keys, problem, time } from './answers.ts';

export const builtImage = z.object({
  tag: z.string().describe('A job may name it as its `image_uri`. The same inputs have the same tag, on any machine.'),
  id: z.string().describe("The engine's own name of its bytes."),
  base: z.string(),
  executor: z.string().describe('Whose jobs can use it.'),
  size_bytes: z.int(),
  created_at: time,
});

export const builtImageList = z.object({ images: z.array(builtImage), ...keys });

const line = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), ...shape });

/** What is said of a build while it goes on, as lines of JSON. */
export const buildLine = z.discriminatedUnion('type', [
  line('log', { text: z.string() }),
  line('progress', {
    state: z.string(),
    phase: z.string().nullable(),
    sentence: z.string().nullable(),
    at: z.string().describe('With milliseconds.'),
  }),
  line('left_out', { lines: z.int().describe('So many lines came faster than they were read.') }),
  line('alive', {}).describe('Nothing was said for a while.'),
  line('image', { image: builtImage }).describe('The last line, where there is an image.'),
  line('error', { error: problem }).describe('The last line, where there is none.'),
]);

export const builtImageExample = {
  tag: 'runyard-build:3f786850e387550fdab836ed7e6dc881',
  id: 'sha256:0d5bd2ea0b5a8b6e4b9d8fae07ed8a3c6d1e0d6c7a9e5e0c9a3b8a4c2b1d0e9f',
  base: 'python:3.13',
  executor: 'docker',
  size_bytes: 412_000_000,
  created_at: '2026-02-01T09:30:00+00:00',
};
