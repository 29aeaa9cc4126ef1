import { base64Forms } from './base64-forms.ts';
import { escapedForms } from './escaped-forms.ts';
import type { Form } from './form.ts';
import { percentForms } from './percent-forms.ts';

/** The value as it is, and as it is written in JSON, shells, markup, URLs, base64 and hexadecimal. */
export const formsOf = (piece: string): Form[] => {
  const bytes = Buffer.from(piece, 'utf8');
  const hex = bytes.toString('hex');
  return [
    ...[piece, ...escapedForms(piece), ...percentForms(piece, bytes)].map((text) => plainly(text)),
    ...[hex, hex.toUpperCase()].map((text) => ({ ...plainly(text), wraps: true })),
    ...base64Forms(bytes),
  ];
};

/** As it is. */
export const plainly = (text: string): Form => ({ text, wraps: false, before: false, after: false });
