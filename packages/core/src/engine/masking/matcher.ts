import type { Form } from './form.ts';
import { type SortedForms, sortedForms } from './sorted-forms.ts';

/** Of a text, from one character to before another. */
export interface Span {
  from: number;
  to: number;
}

export interface Found {
  /** What is to be masked, in order; no two of them touch. */
  spans: Span[];
  /** From here on the text is the beginning of something that is to be masked; the text's length: nothing is begun. */
  begun: number;
}

export interface Matcher {
  /** `wrapped`: it is the end of a line, so that only what is broken over lines is begun. */
  find(text: string, wrapped: boolean): Found;
}

/**
 * Finds any of many forms at any place of a text. Four characters tell nearly every place at which none begins, by a table of bits that stays
 * in the processor's cache, so that their number hardly matters. Every form has at least four.
 */
export const compileMatcher = (forms: readonly Form[]): Matcher => {
  const all = unique(forms);
  const size = 2 ** Math.max(10, Math.ceil(Math.log2(all.length * bitsPerForm)));
  const bits = new Int32Array(size / 32);
  const shift = 32 - Math.log2(size);
  const byHead = grouped(all);
  // Made when the first of them may be there.
  const candidates = new Map<number, Candidates>();
  for (const key of byHead.keys()) {
    const place = Math.imul(key, golden) >>> shift;
    bits[place >>> 5] = (bits[place >>> 5] ?? 0) | (1 << (place & 31));
  }
  const beginnings = { all: beginningsOf(all), wrapped: beginningsOf(all.filter(({ wraps }) => wraps)) };

  return {
    find(text, wrapped) {
      const spans: Span[] = [];
      const end = text.length;
      let begun = end;
      let key = 0;
      for (let i = 0; i < end; i++) {
        key = (key << 8) | oneByte(text.charCodeAt(i));
        if (i < head - 1) continue;
        const place = Math.imul(key, golden) >>> shift;
        if (((bits[place >>> 5] ?? 0) & (1 << (place & 31))) === 0) continue;
        const from = i - head + 1;
        const alike = byHead.get(key);
        if (!alike) continue;
        const known = candidates.get(key) ?? candidatesOf(alike);
        candidates.set(key, known);
        if (begun === end && (wrapped ? known.wrapped : known.all)?.goesOn(text, from)) begun = from;
        const form = known.all.at(text, from);
        if (form) add(spans, widened(text, from, form));
      }
      for (let from = Math.max(0, end - head + 1); from < begun; from++)
        if (beginnings[wrapped ? 'wrapped' : 'all'].has(text.slice(from))) begun = from;
      return { spans, begun };
    },
  };
};

interface Candidates {
  all: SortedForms;
  /** Null: there is none of that. */
  wrapped: SortedForms | null;
}

const head = 4;
const bitsPerForm = 32;
const golden = 0x9e3779b1;

const oneByte = (code: number): number => (code ^ (code >> 8)) & 255;

const headOf = (text: string): number => {
  let key = 0;
  for (let i = 0; i < head; i++) key = (key << 8) | oneByte(text.charCodeAt(i));
  return key;
};

// One that is written alike in two ways is found as either.
const unique = (forms: readonly Form[]): Form[] => {
  const byText = new Map<string, Form>();
  for (const form of forms) {
    const twin = byText.get(form.text);
    if (!twin) byText.set(form.text, form);
    else if (twin.wraps !== form.wraps || twin.before !== form.before || twin.after !== form.after)
      byText.set(form.text, {
        text: form.text,
        wraps: twin.wraps || form.wraps,
        before: twin.before || form.before,
        after: twin.after || form.after,
      });
  }
  return [...byText.values()];
};

const grouped = (forms: readonly Form[]): Map<number, Form[]> => {
  const byHead = new Map<number, Form[]>();
  for (const form of forms) {
    const key = headOf(form.text);
    const alike = byHead.get(key);
    if (alike) alike.push(form);
    else byHead.set(key, [form]);
  }
  return byHead;
};

const candidatesOf = (alike: readonly Form[]): Candidates => {
  const wrapped = alike.filter(({ wraps }) => wraps);
  const all = sortedForms(alike);
  if (wrapped.length === alike.length) return { all, wrapped: all };
  return { all, wrapped: wrapped.length === 0 ? null : sortedForms(wrapped) };
};

const beginningsOf = (forms: readonly Form[]): Set<string> => {
  const three = new Set(forms.map(({ text }) => text.slice(0, 3)));
  return new Set([...three].flatMap((text) => [text.slice(0, 1), text.slice(0, 2), text]));
};

const widened = (text: string, from: number, { text: form, before, after }: Form): Span => {
  const to = from + form.length;
  return {
    from: before && isBase64(text, from - 1) ? from - 1 : from,
    to: after && isBase64(text, to) ? to + 1 : to,
  };
};

const isBase64 = (text: string, at: number): boolean => base64.test(text.charAt(at));
const base64 = /[A-Za-z0-9+/_-]/;

// In the order of where they begin, but for one character.
const add = (spans: Span[], { from, to }: Span): void => {
  const last = spans.at(-1);
  if (!last || from > last.to) spans.push({ from, to });
  else {
    last.from = Math.min(last.from, from);
    last.to = Math.max(last.to, to);
  }
};
