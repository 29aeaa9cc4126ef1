import type { Shape } from './shapes.ts';

/** A way in which a secret could be seen somewhere. */
export interface Needle {
  /** Whose, and in which form. */
  what: string;
  bytes: Buffer;
}

/** Shorter ones are met by chance in any large file. */
const shortestEncoded = 8;
/** Of a long line, pieces of this length: nothing of it may be seen. */
const pieceLength = 120;

/** Each line of each value, as it is and in the forms in which programs write it. */
export const needlesOf = (owner: string, shapes: readonly Shape[]): Needle[] =>
  shapes.flatMap(({ name, value }) => {
    const lines = value.split(/\r?\n/).map((line) => line.trim());
    const pieces = lines.filter((line) => line.length >= 4 && !isBracket(line)).flatMap(inPieces);
    return pieces.flatMap((piece) =>
      formsOf(piece).map(({ form, bytes }) => ({ what: `${owner} ${name} ${form}`, bytes })),
    );
  });

// What stands in the files of everybody, as the lines of JSON that have only a name.
const isBracket = (line: string): boolean => /^[[\]{},\s]*$/.test(line);

const inPieces = (line: string): string[] => {
  if (line.length <= 2 * pieceLength) return [line];
  const starts = Array.from({ length: Math.ceil(line.length / 997) }, (_, i) => i * 997);
  return starts
    .map((start) => line.slice(start, start + 2 * pieceLength))
    .filter((piece) => piece.length > pieceLength);
};

const formsOf = (piece: string): { form: string; bytes: Buffer }[] => {
  const bytes = Buffer.from(piece);
  const plain = { form: 'plain', bytes };
  if (bytes.length < shortestEncoded) return [plain];
  const texts = {
    json: JSON.stringify(piece).slice(1, -1),
    url: encodeURIComponent(piece),
    'small url': encodeURIComponent(piece).replaceAll(/%../g, (digits) => digits.toLowerCase()),
    form: new URLSearchParams([['', piece]]).toString().slice(1),
    hex: bytes.toString('hex'),
    'capital hex': bytes.toString('hex').toUpperCase(),
    ...Object.fromEntries([0, 1, 2].map((offset) => [`base64+${offset}`, base64At(bytes, offset)])),
  };
  const encoded = Object.entries(texts).map(([form, text]) => ({ form, bytes: Buffer.from(text) }));
  return [plain, ...encoded.filter((form) => !form.bytes.equals(bytes))];
};

// What its base64 has in common, whatever stands before and behind it.
const base64At = (bytes: Buffer, offset: number): string => {
  const [one, other] = [0x00, 0xff].map((filler) =>
    Buffer.concat([Buffer.alloc(offset, filler), bytes, Buffer.alloc(3, filler)]).toString('base64'),
  );
  const common = [...(one ?? '')].map((character, i) => (character === other?.[i] ? character : ' ')).join('');
  return common.trim().split(' ')[0] ?? '';
};

/** Tells what is seen in some bytes. */
export type Search = (bytes: Buffer) => string[];

/** Looks for all of them at once, by their first four bytes. */
export const searcher = (needles: readonly Needle[]): Search => {
  const byHead = new Map<number, Needle[]>();
  // Of each head by its low 16 bits: most of what is looked through has none of them.
  const isHead = new Uint8Array(65_536);
  for (const needle of needles) {
    const head = needle.bytes.readInt32BE(0);
    byHead.set(head, [...(byHead.get(head) ?? []), needle]);
    isHead[head & 0xffff] = 1;
  }
  const seenIn = (bytes: Buffer): string[] => {
    const seen = new Set<string>();
    let head = 0;
    for (let i = 0; i < bytes.length; i++) {
      head = (head << 8) | (bytes[i] ?? 0);
      if (i < 3 || isHead[head & 0xffff] === 0) continue;
      for (const { what, bytes: wanted } of byHead.get(head) ?? [])
        if (bytes.subarray(i - 3, i - 3 + wanted.length).equals(wanted)) seen.add(what);
    }
    return [...seen];
  };
  // Also where lines break it.
  return (bytes) => [...new Set([...seenIn(bytes), ...seenIn(withoutLineEnds(bytes))])];
};

const withoutLineEnds = (bytes: Buffer): Buffer =>
  bytes.includes('\n') ? Buffer.from(bytes.toString('latin1').replaceAll(/\r?\n/g, ''), 'latin1') : Buffer.alloc(0);
