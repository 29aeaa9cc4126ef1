import { Document, isMap, isScalar, isSeq, Scalar, type YAMLMap } from 'yaml';
import type { JobBody } from '../apply/put-job.ts';
import type { Finding } from './finding.ts';

interface ToSay {
  findings: readonly Finding[];
  /** Variables whose values nobody is to see. */
  leftOut: readonly string[];
}

/** The job as a file for `runyard apply`. What there is to say of a field stands above it; of the rest, at the top. */
export const jobYaml = (job: JobBody, { findings, leftOut }: ToSay): string => {
  const document = new Document(job);
  const map = document.contents as unknown as YAMLMap;
  const left = new Set(findings);
  for (const { key } of map.items) {
    const field = String((key as Scalar).value);
    const ours = findings.filter(({ about }) => about === field);
    for (const each of ours) left.delete(each);
    if (ours.length > 0) (key as Scalar).commentBefore = comment(ours);
  }
  const texts = [comment([...left]), ...leftOut.map(withoutIt)].filter((text) => text !== '');
  if (texts.length > 0) document.commentBefore = texts.join('\n');
  asBlocks(map);
  return document.toString({ lineWidth: 0 });
};

const comment = (findings: readonly Finding[]): string =>
  findings
    .flatMap(({ level, code, says, todo }) => [`${level} ${code}: ${says}`, ...(todo === null ? [] : [`  ${todo}`])])
    .map((line) => ` ${line.replaceAll('\n', ' ')}`)
    .join('\n');

// A block cannot hold them; in quotes they are escaped.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const isUnprintable = (text: string): boolean => /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(text);

const withoutIt = (name: string): string =>
  ` ${name} is left out: its value is not printed. Attach it by --secret ${name}, or send it with the job by --create.`;

// A command is one line; a file is the lines that it has.
const asBlocks = (map: YAMLMap): void => {
  for (const { key, value } of map.items) {
    if (isSeq(value) && isScalar(key) && key.value === 'command') value.flow = true;
    if (isScalar(value) && typeof value.value === 'string' && value.value.includes('\n') && !isUnprintable(value.value))
      value.type = Scalar.BLOCK_LITERAL;
    if (isMap(value)) asBlocks(value);
  }
};
