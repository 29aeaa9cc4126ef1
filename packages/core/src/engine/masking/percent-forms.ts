/** As a part of a URL or of a form: libraries differ in what they leave as it is, and in the case of the digits. */
export const percentForms = (text: string, bytes: Buffer): string[] => {
  // What every one of them leaves as it is.
  if (/^[A-Za-z0-9._-]*$/.test(text)) return [];
  const upper = new Set(alphabets.map((alphabet) => encode(bytes, alphabet)));
  return [...upper].flatMap((form) => [form, form.replaceAll(/%../g, (hex) => hex.toLowerCase())]);
};

// For each byte how it is written: as itself, as a plus, or by its digits.
const alphabet = (safe: string, space = 0): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, byte) => {
    const character = String.fromCharCode(byte);
    if (character === ' ') return space;
    return /[A-Za-z0-9]/.test(character) || safe.includes(character) ? byte : 0;
  });

const plus = 0x2b;
const percent = 0x25;

// `encodeURIComponent`, RFC 3986, the same with slashes, forms in browsers and elsewhere, `encodeURI`.
const alphabets = [
  alphabet("-_.!~*'()"),
  alphabet('-_.~'),
  alphabet('-_.~/'),
  alphabet('-_.*', plus),
  alphabet('-_.', plus),
  alphabet('-_.~', plus),
  alphabet("-_.!~*'();,/?:@&=+$#"),
];

const encode = (bytes: Buffer, writtenAs: Uint8Array): string => {
  const encoded = Buffer.allocUnsafe(3 * bytes.length);
  let length = 0;
  for (const byte of bytes) {
    const written = writtenAs[byte] ?? 0;
    encoded[length++] = written === 0 ? percent : written;
    if (written !== 0) continue;
    encoded[length++] = digits.charCodeAt(byte >> 4);
    encoded[length++] = digits.charCodeAt(byte & 15);
  }
  return encoded.toString('latin1', 0, length);
};

const digits = '0123456789ABCDEF';
