import { z } from 'zod';
import { type ErrorCode, RunyardError } from '../errors.ts';
import { nearest } from './nearest.ts';

/** Parses with a zod schema; the first thing that is wrong becomes one `RunyardError` that names the field. */
export const parseWith = <S extends z.ZodType>(
  schema: S,
  input: unknown,
  { code, root = '' }: { code: ErrorCode; root?: string },
): z.output<S> => {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  // A misspelt field explains why the right one is missing.
  const unknown = result.error.issues.find(({ code: kind }) => kind === 'unrecognized_keys');
  const issue = unknown ?? deepest(result.error.issues);
  throw issue ? issueToError(issue, { schema, input }, code, root) : new RunyardError(code, 'The input is not valid.');
};

// A union's own issue says little; the branch that got furthest says what is wrong.
const deepest = (issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined => {
  const issue = issues[0];
  if (issue?.code === 'invalid_key') {
    const [inner] = issue.issues;
    return inner && ({ ...inner, path: issue.path, input: issue.path.at(-1) } as z.core.$ZodIssue);
  }
  if (issue?.code !== 'invalid_union') return issue;
  const inner = issue.errors
    .map((branch) => deepest(branch))
    .filter((found): found is z.core.$ZodIssue => found !== undefined && found.path.length > 0)
    .sort((a, b) => b.path.length - a.path.length)[0];
  return inner ? { ...inner, path: [...issue.path, ...inner.path] } : issue;
};

interface Parsed {
  schema: z.ZodType;
  input: unknown;
}

const issueToError = (issue: z.core.$ZodIssue, parsed: Parsed, code: ErrorCode, root: string): RunyardError => {
  const field = [root, ...issue.path.map(String)].filter((part) => part !== '').join('.');
  if (issue.code === 'unrecognized_keys') return unknownField(issue, parsed, root, code);
  const expected = expectation(issue);
  const received = describe(issue.input);
  const where = field === '' ? 'The input' : `\`${field}\``;
  return new RunyardError(code, `${where} is not valid: expected ${expected}, received ${received}.`, {
    ...(field !== '' && { field }),
    expected,
    received,
  });
};

const unknownField = (
  issue: z.core.$ZodIssueUnrecognizedKeys,
  { schema, input }: Parsed,
  root: string,
  code: ErrorCode,
): RunyardError => {
  const key = issue.keys[0] ?? '';
  const known = keysAt(schema, issue.path, input);
  const meant = nearest(key, known);
  const field = [root, ...issue.path.map(String), key].filter((part) => part !== '').join('.');
  const hint = meant === undefined ? `Known fields: ${known.join(', ')}.` : `Did you mean \`${meant}\`?`;
  return new RunyardError(
    code === 'invalid-option' ? code : 'unknown-field',
    `\`${field}\` is not a known field. ${hint}`,
    {
      field,
      expected: meant ?? known.join(', '),
      received: key,
    },
  );
};

// The keys of the object schema at a path, through optional, nullable, arrays and records; of several shapes that of the input, where a field tells it.
const keysAt = (schema: z.ZodType, path: readonly PropertyKey[], input: unknown): string[] => {
  const bare = unwrap(schema);
  const [head, ...rest] = path;
  const inner = head === undefined ? undefined : (input as Record<PropertyKey, unknown> | undefined)?.[head];
  if (bare instanceof z.ZodObject) {
    if (head === undefined) return Object.keys(bare.shape);
    const child = bare.shape[String(head)] as z.ZodType | undefined;
    return child ? keysAt(child, rest, inner) : [];
  }
  if (bare instanceof z.ZodArray) return keysAt(bare.element as z.ZodType, rest, inner);
  if (bare instanceof z.ZodRecord) return keysAt(bare.valueType as z.ZodType, rest, inner);
  if (bare instanceof z.ZodUnion) {
    const options = bare.options as z.ZodType[];
    return [...new Set(meant(bare, options, input).flatMap((option) => keysAt(option, path, input)))];
  }
  return [];
};

const meant = (union: z.ZodType, options: readonly z.ZodType[], input: unknown): readonly z.ZodType[] => {
  if (!(union instanceof z.ZodDiscriminatedUnion)) return options;
  const { discriminator } = union.def;
  const told = (input as Record<string, unknown> | undefined)?.[discriminator];
  const isMeant = (option: z.ZodType): boolean =>
    option instanceof z.ZodObject && (option.shape[discriminator] as z.ZodType).safeParse(told).success;
  return options.filter(isMeant);
};

const unwrap = (schema: z.ZodType): z.ZodType => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return unwrap(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodPipe) return unwrap(schema.in as z.ZodType);
  return schema;
};

const expectation = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return article(issue.expected);
    case 'invalid_value':
      return oneOf(issue.values);
    case 'too_small':
      return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', Number(issue.minimum));
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', Number(issue.maximum));
    case 'invalid_union':
      return unionExpectation(issue);
    default:
      return issue.message.replace(/^expected /i, '');
  }
};

const oneOf = (values: readonly unknown[]): string =>
  `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`;

const unionExpectation = (issue: z.core.$ZodIssueInvalidUnion): string => {
  // The field that says which branch is meant.
  const { options } = issue as { options?: readonly unknown[] };
  if (issue.errors.length === 0 && options) return oneOf(options);
  const kinds = issue.errors.flatMap((branch) => branch.slice(0, 1).map(expectation));
  return [...new Set(kinds)].join(' or ') || 'another value';
};

const bound = (origin: string, word: string, value: number): string => {
  if (origin === 'string')
    return value === 1 && word === 'at least' ? 'a text that is not empty' : `${word} ${value} characters`;
  if (origin === 'array')
    return value === 1 && word === 'at least' ? 'a list that is not empty' : `${word} ${value} items`;
  return `${word} ${value}`;
};

const names: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

const article = (type: string): string => names[type] ?? type;

const describe = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? String(value));
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
};
