/** As a part of a URL or of a form: libraries differ in what they leave as it is, and in the case of the digits. */
export const percentForms = (text: string, bytes: Buffer): string[] => {
  if (/^[A-Za-z0-9]*$/.test(text)) return [];
  return safeSets.flatMap(({ safe, plus }) => {
    const upper = encode(bytes, safe, plus);
    return [upper, upper.replaceAll(/%../g, (hex) => hex.toLowerCase())];
  });
};

// `encodeURIComponent`, RFC 3986, the same with slashes, forms in browsers and elsewhere, `encodeURI`.
const safeSets = [
  { safe: "-_.!~*'()", plus: false },
  { safe: '-_.~', plus: false },
  { safe: '-_.~/', plus: false },
  { safe: '-_.*', plus: true },
  { safe: '-_.', plus: true },
  { safe: '-_.~', plus: true },
  { safe: "-_.!~*'();,/?:@&=+$#", plus: false },
];

const encode = (bytes: Buffer, safe: string, plus: boolean): string => {
  let encoded = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9]/.test(character) || safe.includes(character)) encoded += character;
    else if (plus && character === ' ') encoded += '+';
    else encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
};
