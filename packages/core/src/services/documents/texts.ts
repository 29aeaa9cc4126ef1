import { z } from 'zod';

const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const withoutUnseen = 'expected a text without control characters and characters that are not seen';

/**
 * A text of one line for a person: not empty, without control characters and without what is not seen, or turns the direction of what follows. Only the
 * joiners, which some languages are written with, are let in.
 */
export const lineOf = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((value) => !unseen.test(value.replaceAll(/[\u200c\u200d]/g, '')), withoutUnseen);

/** What a person calls it: unique among its owner's. */
export const nameText = lineOf(200)
  .refine((name) => name.trim() === name, 'expected a name without spaces at its ends')
  // Two that look the same are to be the same.
  .refine((name) => !unseen.test(name), withoutUnseen);

/** Some of these words, each once: a list at most as long as theirs. */
export const setOf = <const T extends readonly string[]>(words: T) =>
  z
    .array(z.enum(words))
    .min(1)
    .max(words.length)
    .transform((list) => [...new Set(list)]);

/** Epoch ms. */
export const instant = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
