import type { NewLogEntry } from '../../ports/log-store.ts';
import { maskSpans } from './mask-spans.ts';
import type { Matcher, Span } from './matcher.ts';

/** Masks output that comes in pieces, each a line or a part of one. */
export interface MaskStream {
  /** What can be passed on now, in order. What may be the beginning of a secret is held back, with all that comes behind it. */
  push(entry: NewLogEntry): NewLogEntry[];
  /** All that is held back; what may be the beginning of a secret is masked. What it goes on with is masked too, should it be one. */
  letGo(): NewLogEntry[];
  readonly holding: boolean;
}

interface Piece {
  entry: NewLogEntry;
  spans: Span[];
  isHeld: boolean;
}

/** A part of what may be the beginning of a secret, and where it stands in its piece. */
interface Part {
  piece: Piece;
  from: number;
  length: number;
}

/** What may be the beginning of a secret; lines that programs break are put together again. */
interface Beginning {
  text: string;
  parts: Part[];
}

/** At the end of a line, fewer characters than this begin like so much that nobody waits for what comes. */
const worthHolding = 4;
/** So much of a secret is masked, also where it does not go on. */
const worthMasking = 12;
const mostHeld = 256;
const mostHeldCharacters = 262_144;

export const maskStream = (matcher: () => Matcher): MaskStream => {
  const beginnings = new Map<NewLogEntry['stream'], Beginning>();
  let queue: Piece[] = [];
  let characters = 0;

  // A secret may come in turns with what a job says on its other stream.
  const look = (piece: Piece): void => {
    const { stream, text } = piece.entry;
    const before = beginnings.get(stream) ?? nothing;
    const body = text.replace(/\r?\n$/, '');
    const isLine = body.length < text.length;
    const joined = before.text + body;
    const { spans, begun } = matcher().find(joined, isLine);
    const parts = [...before.parts, { piece, from: 0, length: body.length }];
    const isBroken = before.text.length >= worthMasking && begun > 0;
    markParts(parts, isBroken ? [...spans, { from: 0, to: before.text.length }] : spans);
    for (const part of before.parts) part.piece.isHeld = false;
    const beginning = { text: joined.slice(begun), parts: partsFrom(parts, begun) };
    const isHeld = !isLine || beginning.text.length >= worthHolding;
    for (const part of beginning.parts) part.piece.isHeld = isHeld;
    beginnings.set(stream, beginning);
  };

  const passOn = (): NewLogEntry[] => {
    const held = queue.findIndex(({ isHeld }) => isHeld);
    const free = held < 0 ? queue : queue.slice(0, held);
    queue = held < 0 ? [] : queue.slice(held);
    for (const { entry } of free) characters -= entry.text.length;
    return free.map(({ entry, spans }) =>
      spans.length === 0 ? entry : { ...entry, text: maskSpans(entry.text, spans) },
    );
  };

  const letGo = (): NewLogEntry[] => {
    for (const { text, parts } of beginnings.values())
      markParts(
        parts.filter(({ piece }) => piece.isHeld),
        [{ from: 0, to: text.length }],
      );
    for (const piece of queue) piece.isHeld = false;
    return passOn();
  };

  return {
    get holding() {
      return queue.length > 0;
    },
    push(entry) {
      const piece: Piece = { entry, spans: [], isHeld: false };
      queue.push(piece);
      characters += entry.text.length;
      if (entry.stream !== 'phase') look(piece);
      const isTooMuch = queue.length > mostHeld || characters > mostHeldCharacters;
      return isTooMuch ? letGo() : passOn();
    },
    letGo,
  };
};

const nothing: Beginning = { text: '', parts: [] };

// Spans of the text that the parts are together.
const markParts = (parts: readonly Part[], spans: readonly Span[]): void => {
  let at = 0;
  for (const { piece, from, length } of parts) {
    for (const span of spans) {
      const start = Math.max(span.from, at);
      const end = Math.min(span.to, at + length);
      if (start < end) piece.spans.push({ from: from + start - at, to: from + end - at });
    }
    at += length;
  }
};

const partsFrom = (parts: readonly Part[], begun: number): Part[] => {
  let at = 0;
  return parts.flatMap(({ piece, from, length }) => {
    const skipped = Math.min(length, Math.max(0, begun - at));
    at += length;
    return skipped === length ? [] : [{ piece, from: from + skipped, length: length - skipped }];
  });
};
