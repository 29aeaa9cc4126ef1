import type { Pack } from '../engine/tar.ts';

/**
 * A name for the next header of a tar. One that is no UTF-8 its writer cannot take: it goes ahead of the header in a block of its own, as
 * GNU's tar has it for long names, and what the header says instead is read by nobody.
 */
export const rawName = (tar: Pack, what: 'path' | 'link', name: Buffer): string => {
  const text = name.toString('utf8');
  if (Buffer.from(text).equals(name)) return text;
  const bytes = Buffer.concat([name, Buffer.alloc(1)]);
  const padding = Buffer.alloc((blockBytes - (bytes.length % blockBytes)) % blockBytes);
  tar.push(Buffer.concat([longNameHeader(what, bytes.length), bytes, padding]));
  return text.endsWith('/') ? 'unnamed/' : 'unnamed';
};

const blockBytes = 512;

const longNameHeader = (what: 'path' | 'link', size: number): Buffer => {
  const header = Buffer.alloc(blockBytes);
  header.write('././@LongLink', 0);
  for (const at of [100, 108, 116]) header.write('0000000\0', at);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(what === 'path' ? 'L' : 'K', 156);
  header.write('ustar  \0', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
};
