import { z } from 'zod';

/** A text of one line for a person: not empty, without control characters. */
export const lineOf = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((value) => !/\p{Cc}/u.test(value), 'expected a text without control characters');

/** What a person calls it: unique among its owner's. */
export const nameText = lineOf(200).refine(
  (name) => name.trim() === name,
  'expected a name without spaces at its ends',
);

/** Some of these words, each once: a list at most as long as theirs. */
export const setOf = <const T extends readonly string[]>(words: T) =>
  z
    .array(z.enum(words))
    .min(1)
    .max(words.length)
    .transform((list) => [...new Set(list)]);

/** Epoch ms. */
export const instant = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
