import { RunyardError } from '../domain/errors.ts';

const deepest = 64;

/** The body as JSON; `{}` when it is empty, whatever its content type says. */
export const parseBody = (bytes: Uint8Array, headers: Headers): unknown => {
  if (bytes.length > 0) refuseEncoded(headers.get('content-encoding') ?? '');
  const text = decode(bytes);
  if (text.trim() === '') return {};
  refuseForms(headers.get('content-type') ?? '');
  if (nesting(text) > deepest)
    throw new RunyardError('invalid-json', `The body is nested deeper than ${deepest} levels.`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RunyardError('invalid-json', `The body is not JSON: ${(error as Error).message}.`, { cause: error });
  }
};

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new RunyardError('invalid-json', 'The body is not UTF-8.', { cause: error });
  }
};

const refuseEncoded = (encoding: string): void => {
  if (/^\s*(identity\s*)?$/i.test(encoding)) return;
  const received = encoding.slice(0, 40);
  throw new RunyardError(
    'invalid-json',
    `The body came as \`Content-Encoding: ${received}\`, which is not taken here: send it as it is, or put a parser in front that decodes it, for example \`express.json()\`.`,
    { field: 'Content-Encoding', expected: 'identity', received },
  );
};

// `curl -d` sends JSON as a form unless it is told otherwise, and a form parser in front of us would have torn it apart.
const refuseForms = (type: string): void => {
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)/i.test(type)) return;
  throw new RunyardError(
    'invalid-json',
    'The body came as a form: send JSON, with the header `Content-Type: application/json`.',
    {
      field: 'Content-Type',
      expected: 'application/json',
      received: type.split(';')[0] ?? type,
    },
  );
};

// JSON.parse copes with any depth, but little that comes after it does.
const nesting = (text: string): number => {
  let depth = 0;
  let most = 0;
  let inText = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '\\' && inText) i++;
    else if (character === '"') inText = !inText;
    else if (inText) continue;
    else if (character === '{' || character === '[') most = Math.max(most, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  return most;
};
