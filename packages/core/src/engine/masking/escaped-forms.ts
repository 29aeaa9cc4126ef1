/** As a part of a text in JSON, of a word of a shell, or of HTML and XML. Nearly all values are the same in most of them. */
export const escapedForms = (text: string): string[] => {
  // Nobody escapes these.
  if (/^[A-Za-z0-9._-]*$/.test(text)) return [];
  const json = inJson(text);
  const forms = [...jsonForms(json), ...shellForms(text), ...markupForms(text)];
  return forms.filter((form) => form !== text);
};

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

// With and without what libraries escape besides, and JSON inside of JSON, as in logs.
const jsonForms = (json: string): string[] => {
  const ascii = json.replaceAll(notAscii, unicodeEscape);
  const forHtml = json.replaceAll(/[<>&'\u2028\u2029]/g, unicodeEscape);
  const forms = [json, ascii, upperEscapes(ascii), forHtml, upperEscapes(forHtml), json.replaceAll('/', '\\/')];
  return [...forms, ascii.replaceAll('/', '\\/'), inJson(json), inJson(ascii)];
};

const notAscii = /[^\0-\x7f]/g;
const unicodeEscape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
const upperEscapes = (json: string): string =>
  json.replaceAll(/\\u[0-9a-f]{4}/g, (digits) => `\\u${digits.slice(2).toUpperCase()}`);

// As `set -x`, `export -p` and `printf %q` print it.
const shellForms = (text: string): string[] => [
  text.replaceAll("'", "'\\''"),
  text.replaceAll("'", `'"'"'`),
  text.replaceAll(/["$`\\]/g, '\\$&'),
  text.replaceAll(/["$`\\!]/g, '\\$&'),
  text.replaceAll(/[^A-Za-z0-9_@%+=:,./\-\u0080-\uffff]/g, '\\$&'),
  text.replaceAll(/['\\]/g, '\\$&'),
];

const markupForms = (text: string): string[] =>
  quoteEntities.map(([double, single]) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', double)
      .replaceAll("'", single),
  );

const quoteEntities = [
  ['"', "'"],
  ['&quot;', "'"],
  ['&quot;', '&apos;'],
  ['&quot;', '&#39;'],
  ['&quot;', '&#x27;'],
  ['&#34;', '&#39;'],
] as const;
