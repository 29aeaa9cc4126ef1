import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Document, isMap, isScalar, parseAllDocuments } from 'yaml';
import { type Given, UsageError } from '../command.ts';

/** The documents of a YAML file, or of stdin (`-`), each one a job. Throws `UsageError` that says where it is wrong. */
export const readDocuments = async (
  { cwd, terminal }: Pick<Given, 'cwd' | 'terminal'>,
  file: string,
): Promise<object[]> => {
  const text = file === '-' ? await terminal.input() : await readText(cwd, file);
  const documents = parseAllDocuments(text, { prettyErrors: true });
  return [...documents]
    .filter(isNotEmpty)
    .map((document, index) => readOne(document, `${file === '-' ? 'stdin' : file}`, index));
};

const readText = async (cwd: string, file: string): Promise<string> =>
  readFile(resolve(cwd, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read (${error.code}).`);
  });

// What stands between two `---` with nothing in it but comments.
const isNotEmpty = (document: Document): boolean =>
  document.errors.length > 0 ||
  (document.contents !== null && !(isScalar(document.contents) && document.contents.value === null));

const readOne = (document: Document, where: string, index: number): object => {
  const [error] = document.errors;
  if (error) throw new UsageError(`${where} is no YAML: ${error.message.trim()}`);
  for (const name of textMaps) keepTexts(document.get(name));
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new UsageError(`Document ${index + 1} of ${where} is no job: it must have fields, such as \`name: nightly\`.`);
};

// `PORT: 8080` and `VERSION: 1.10` mean the texts that stand there.
const textMaps = ['environment_variables', 'tags'];
const keepTexts = (map: unknown): void => {
  if (!isMap(map)) return;
  for (const { value } of map.items)
    if (isScalar(value) && (typeof value.value === 'number' || typeof value.value === 'boolean'))
      value.value = value.source ?? String(value.value);
};
