import type { Cause } from '../http/refusal.ts';

/** What is wrong with an object, in the order in which the server lists it. */
export interface Problems {
  readonly causes: readonly Cause[];
  /** `text`: what is wrong with it. */
  invalid(field: string, value: unknown, text: string): void;
  required(field: string, text?: string): void;
  notFound(field: string, value: string): void;
  duplicate(field: string, value: string): void;
  tooLong(field: string, most: number): void;
  forbidden(field: string, text: string): void;
  notSupported(field: string, value: string, supported: readonly string[]): void;
}

export function createProblems(): Problems {
  const causes: Cause[] = [];
  const add = (reason: string, field: string, message: string) =>
    void causes.push({ reason: `FieldValue${reason}`, message, field });
  return {
    causes,
    invalid: (field, value, text) => add('Invalid', field, `Invalid value: ${JSON.stringify(value)}: ${text}`),
    required: (field, text) => add('Required', field, text ? `Required value: ${text}` : 'Required value'),
    notFound: (field, value) => add('NotFound', field, `Not found: ${JSON.stringify(value)}`),
    duplicate: (field, value) => add('Duplicate', field, `Duplicate value: ${JSON.stringify(value)}`),
    tooLong: (field, most) => add('TooLong', field, `Too long: may not be more than ${most} bytes`),
    forbidden: (field, text) => add('Forbidden', field, `Forbidden: ${text}`),
    notSupported: (field, value, supported) =>
      add(
        'NotSupported',
        field,
        `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported.map((each) => JSON.stringify(each)).join(', ')}`,
      ),
  };
}
