import { extract, type Header as FullHeader, type Pack, pack } from 'tar-stream';

export type Header = Partial<FullHeader> & Pick<FullHeader, 'name'>;
export type { Pack };
export { pack };

/** Writes one entry, and resolves once there is room for the next. */
export const entry = (tar: Pack, header: Header, text?: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const done = (error?: Error | null): void => (error ? reject(error) : resolve());
    if (text === undefined) tar.entry(header, done);
    else tar.entry(header, text, done);
  });

export interface TarEntry {
  header: FullHeader;
  bytes: Buffer;
}

/** The entries of a small archive. */
export async function* readTar(tar: Buffer): AsyncGenerator<TarEntry> {
  const entries = extract();
  entries.end(tar);
  for await (const entry of entries) yield { header: entry.header, bytes: await collect(entry) };
}

/** All that a small archive has, in one piece. */
export const collect = async (stream: AsyncIterable<unknown>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
};
