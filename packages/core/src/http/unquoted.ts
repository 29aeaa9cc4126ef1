import { isRunyardError, RunyardError } from '../domain/errors.ts';

/** Of what is wrong with a body, only where and what was expected: what came may be a value that is to be told to nobody. */
export const unquoted = async <T>(read: () => Promise<T>): Promise<T> => {
  try {
    return await read();
  } catch (error) {
    throw isRunyardError(error) ? withoutQuotes(error) : error;
  }
};

const withoutQuotes = ({ code, message, field, expected }: RunyardError): RunyardError => {
  // The name of a field that does not exist is as like as not a value in the wrong place.
  const isNamed = field !== undefined && code !== 'unknown-field';
  return new RunyardError(code, sentence({ code, message, expected, field: isNamed ? field : undefined }), {
    ...(isNamed && { field }),
    ...(expected !== undefined && { expected }),
  });
};

interface Told {
  code: RunyardError['code'];
  message: string;
  field: string | undefined;
  expected: string | undefined;
}

const sentence = ({ code, message, field, expected }: Told): string => {
  // JavaScript's own sentence quotes what it stumbled over.
  if (code === 'invalid-json') return message.replace(/^The body is not JSON: .*$/s, 'The body is not JSON.');
  if (code === 'unknown-field') return `The body has a field that is not known. Expected ${expected ?? 'another'}.`;
  if (expected === undefined || code === 'body-too-large' || code === 'body-too-slow') return message;
  return `${field === undefined ? 'The body' : `\`${field}\``} is not valid: expected ${expected}.`;
};
