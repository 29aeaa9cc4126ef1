/** Begins a chapter. */
export const chapter = (title: string): void => print(`\n=== ${title}`);

/** What one has to know. */
export const tell = (text: string): void => print(`\n${text}`);

/** What somebody does. */
export const doing = (prompt: string, what: string): void => print(`\n${prompt} ${what}`);

/** What he is answered. */
export const answered = (text: string): void => {
  if (text.trim() !== '') print(text.trimEnd().replace(/^(?=.)/gm, '    '));
};

const print = (text: string): void => console.log(shortened(text));

// Ids and commits say nothing to a reader beyond which is which. Tables get narrower by as much.
const shortened = (text: string): string =>
  text
    .replace(/\b([0-9a-f]{7})[0-9a-f]{33}\b/g, '$1…')
    .replace(/\b([0-9a-f]{6})[0-9a-f]{26}\b/g, '$1…')
    .replace(/ {25}(?= {2,}\S)/g, '');
