import type { Form } from './form.ts';
import { formsOf, plainly } from './forms.ts';
import { maskSpans } from './mask-spans.ts';
import { type MaskStream, maskStream } from './mask-stream.ts';
import { maskedError } from './masked-error.ts';
import { compileMatcher, type Matcher } from './matcher.ts';
import { piecesOf } from './pieces.ts';

/** Replaces secret values by `***`, as they are and in the ways in which programs write them (`formsOf`). */
export interface Masker {
  /** Values that are masked from now on. */
  add(values: readonly string[]): void;
  /** Whether there is anything to mask. */
  isBusy(): boolean;
  /** Masks whole lines. */
  apply(text: string): string;
  /** Masks a sentence that somebody else wrote and may have cut at its end. */
  sentence(text: string): string;
  /** The error, or where it says anything that has to be masked, one of the same class that does not. */
  error(error: unknown): unknown;
  /** Masks output as it comes. */
  stream(): MaskStream;
}

/** Of values that are longer in all, the rest is looked for as it is and in no other form. */
const mostEncoded = 262_144;

export const masker = (): Masker => {
  const pieces = new Set<string>();
  let compiled: Matcher | null = null;
  const matcher = (): Matcher => (compiled ??= compileMatcher(allForms(pieces)));

  const apply = (text: string): string => {
    if (pieces.size === 0) return text;
    if (!text.includes('\n')) return maskSpans(text, matcher().find(text, false).spans);
    const stream = maskStream(matcher);
    const lines = text.split(/(?<=\n)/);
    const entries = lines.flatMap((line) => stream.push({ at: 0, stream: 'output', text: line }));
    return [...entries, ...stream.letGo()].map((entry) => entry.text).join('');
  };

  const sentence = (text: string): string => {
    if (pieces.size === 0) return text;
    const [, words = '', dots = ''] = /^([\s\S]*?)((?:…|\.)*)$/.exec(text) ?? [];
    const { begun } = matcher().find(words, false);
    const isCut = words.length - begun >= worthMasking;
    return isCut ? `${apply(words.slice(0, begun))}${maskSpans(words.slice(begun), allOf(words))}${dots}` : apply(text);
  };

  return {
    add(values) {
      const before = pieces.size;
      for (const value of values) for (const piece of piecesOf(value)) pieces.add(piece);
      if (pieces.size > before) compiled = null;
    },
    isBusy: () => pieces.size > 0,
    apply,
    sentence,
    error: (error) => (pieces.size === 0 ? error : maskedError(error, sentence)),
    stream: () => maskStream(matcher),
  };
};

/** Fewer characters at an end say nothing. */
const worthMasking = 6;

const allOf = (text: string) => [{ from: 0, to: text.length }];

const allForms = (pieces: ReadonlySet<string>): Form[] => {
  let length = 0;
  return [...pieces].flatMap((piece) => {
    length += piece.length;
    return length > mostEncoded ? [plainly(piece)] : formsOf(piece);
  });
};
