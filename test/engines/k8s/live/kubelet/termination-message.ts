import { readFileSync } from 'node:fs';
import type Docker from 'dockerode';
import { readPieces } from '../logs/pieces.ts';
import { lineWriter } from '../logs/write-lines.ts';
import { terminationLog } from './container-body.ts';
import type { ContainerRun, PodRun } from './pod-run.ts';

/** A container's last words: what it has written to its file, else, where it has failed and wants that, the end of its log. */
export const terminationMessage = async (
  engine: Docker.Container,
  { run, container, failed }: { run: PodRun; container: ContainerRun; failed: boolean },
): Promise<string | undefined> => {
  const written = readFileSync(terminationLog(run, container)).subarray(-longest);
  if (written.length > 0) return written.toString('utf8');
  if (!failed || container.spec.terminationMessagePolicy !== 'FallbackToLogsOnError') return undefined;
  const write = lineWriter(false);
  const lines: Buffer[] = [];
  const query = { follow: false, since: 0, tail: mostLines, signal: new AbortController().signal };
  for await (const piece of readPieces(engine, query)) lines.push(write(piece));
  return Buffer.concat(lines).subarray(-longestOfLog).toString('utf8') || undefined;
};

const longest = 4096;
const longestOfLog = 2048;
const mostLines = 80;
