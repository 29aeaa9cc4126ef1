import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A line of a recording: a frame of a watch. */
export interface RecordedFrame {
  t_ms: number;
  kind: 'job' | 'pod' | 'event';
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server sent
  object: any;
}

/** A line of a recording: a call of whoever recorded. */
export interface RecordedCall {
  t_ms: number;
  kind: 'http';
  took_ms?: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever was sent
  request: { method: string; path: string; body?: any; contentType?: string; auth?: string };
  response: {
    status: number;
    headers?: Record<string, string>;
    // biome-ignore lint/suspicious/noExplicitAny: whatever the server answered
    body: any;
    chunks?: { t_ms: number; text: string }[];
  };
}

export type RecordedLine = RecordedFrame | RecordedCall;

const folder = new URL('../recordings/', import.meta.url);

/** Names of all recordings: `02-exit-7`. */
export const recordingNames = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl.gz'))
    .map((file) => file.slice(0, -'.jsonl.gz'.length))
    .sort();

/** @param name whole, or so much of it that it is the only one: `02`, `05b` */
export function readRecording(name: string): RecordedLine[] {
  const text = gunzipSync(readFileSync(new URL(`${fullName(name)}.jsonl.gz`, folder))).toString();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

export function fullName(name: string): string {
  const names = recordingNames().filter((each) => each === name || each.startsWith(`${name}-`));
  if (names.length === 1 && names[0]) return names[0];
  throw new Error(`There is no recording "${name}". There are: ${recordingNames().join(', ')}.`);
}
