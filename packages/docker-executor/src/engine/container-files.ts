import type { IncomingMessage } from 'node:http';
import { bounded } from '@runyard/core/executor-kit';
import type { Engine } from './engine.ts';
import { isRefusal, unavailable } from './faults.ts';
import { readTar } from './tar.ts';

export interface FilePlace {
  /** The container. */
  id: string;
  /** In the container. */
  path: string;
}

/** What lies at a path: a symlink is `other`, and is not followed. */
export interface FileStat {
  type: 'file' | 'directory' | 'other';
  /** Bytes. */
  size: number;
}

/** What lies at a path of a container; null: nothing. Costs the engine a twentieth of reading it. */
export const statFile = async (
  engine: Engine,
  { id, path }: FilePlace,
  signal: AbortSignal,
): Promise<FileStat | null> => {
  try {
    const question = { method: 'HEAD', path: `/containers/${id}/archive`, query: { path }, signal } as const;
    const answer = (await engine.open(question)) as IncomingMessage;
    answer.resume();
    return parseStat(answer.headers['x-docker-container-path-stat']);
  } catch (error) {
    if (isRefusal(error, 404)) return null;
    throw error;
  }
};

export interface SmallFile {
  text: string;
  /** When it was written last, epoch ms. */
  at: number;
}

/**
 * A file of a container; null where there is none, or it is larger than `atMostBytes`. The answer is never taken whole from the client: what a job
 * has put there may be as large as it likes.
 */
export const readFile = async (
  engine: Engine,
  { id, path, atMostBytes }: FilePlace & { atMostBytes: number },
  signal: AbortSignal,
): Promise<SmallFile | null> => {
  const limit = bounded(signal, readMs);
  try {
    const question = {
      method: 'GET',
      path: `/containers/${id}/archive`,
      query: { path },
      signal: limit.signal,
    } as const;
    const tar = await collectAtMost(await engine.open(question), atMostBytes + tarHeadersBytes);
    return tar && (await onlyFile(tar));
  } catch (error) {
    if (isRefusal(error, 404)) return null;
    signal.throwIfAborted();
    throw isRefusal(error) ? error : unavailable(`The Docker engine did not send ${path} whole.`, error);
  } finally {
    limit.end();
  }
};

const readMs = 30_000;
const tarHeadersBytes = 16 * 1024;

const collectAtMost = async (tar: AsyncIterable<unknown>, most: number): Promise<Buffer | null> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop ends the connection, and with it the engine's work.
  for await (const chunk of tar) {
    chunks.push(chunk as Uint8Array);
    size += (chunk as Uint8Array).length;
    if (size > most) return null;
  }
  return Buffer.concat(chunks);
};

// Came whole, and cannot be read as what it should be: then it is no note of anybody's.
const onlyFile = async (tar: Buffer): Promise<SmallFile | null> => {
  try {
    for await (const { header, bytes } of readTar(tar))
      return header.type === 'file' ? { text: bytes.toString('utf8'), at: header.mtime?.getTime() ?? 0 } : null;
  } catch {
    // Below.
  }
  return null;
};

// Base64 of JSON, with the mode as Go has it: bits of the type above those of the rights.
const parseStat = (header: string | string[] | undefined): FileStat => {
  const { mode, size } = statOf(String(header));
  const type = (mode & goDirectory) !== 0 ? 'directory' : (mode & goIrregular) === 0 ? 'file' : 'other';
  return { type, size };
};

const goDirectory = 1 << 31;
// Directory, symlink, device, named pipe, socket, character device, irregular.
const goIrregular = 0x8f280000 | 0;

const statOf = (header: string): { mode: number; size: number } => {
  try {
    return JSON.parse(Buffer.from(header, 'base64').toString());
  } catch (error) {
    throw unavailable('The Docker engine did not tell what lies at a path of a container.', error);
  }
};
