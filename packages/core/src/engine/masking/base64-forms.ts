import type { Form } from './form.ts';

/**
 * How the bytes read in the base64 of anything that they are a part of: three ways, since three bytes become four characters. Of each only the
 * characters that are of these bytes alone; one at either end may have some bits of theirs. In the alphabet of base64 and in that of URLs.
 */
export const base64Forms = (bytes: Buffer): Form[] => [0, 1, 2].flatMap((offset) => formsAt(bytes, offset));

const formsAt = (bytes: Buffer, offset: number): Form[] => {
  const firstBit = 8 * offset;
  const lastBit = 8 * (offset + bytes.length);
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const text = encoded.slice(Math.ceil(firstBit / 6), Math.floor(lastBit / 6));
  const form = { wraps: true, before: firstBit % 6 !== 0, after: lastBit % 6 !== 0 };
  return [
    { ...form, text },
    { ...form, text: text.replaceAll('+', '-').replaceAll('/', '_') },
  ];
};
