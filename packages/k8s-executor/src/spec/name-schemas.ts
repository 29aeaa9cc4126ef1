import { z } from 'zod';
import { isDnsLabel, isDnsSubdomain, isLabelValue, isQualifiedName } from './names.ts';

// The names among the options and wishes, each with the rule that the API server has for it.

export const dnsLabel = z
  .string()
  .refine(isDnsLabel, "expected a name of at most 63 characters: lower case letters, digits and '-'");

export const objectName = z
  .string()
  .refine(isDnsSubdomain, "expected the name of an object: lower case letters, digits, '-' and '.', at most 253");

export const qualifiedName = z
  .string()
  .refine(isQualifiedName, "expected a name such as 'gpu' or 'example.com/gpu', of at most 63 characters behind the /");

/** Queues of Kueue are named by the value of a label. */
export const queueName = z
  .string()
  .refine(
    (text) => isDnsSubdomain(text) && isLabelValue(text),
    'expected the name of a queue, of at most 63 characters',
  );

export const labelSelector = z.record(
  qualifiedName,
  z.string().refine(isLabelValue, "expected the value of a label: at most 63 letters, digits, '-', '_' and '.'"),
);
