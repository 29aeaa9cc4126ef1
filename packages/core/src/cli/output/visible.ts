/**
 * What somebody else wrote, for a terminal: what would move its cursor, clear it or name its window is shown as `\\x1b`. Our own
 * colours stay. Not for logs, which are what the program wrote to its terminal, byte by byte.
 */
export const visible = (text: string): string =>
  text.replace(ours, (match, colour: string | undefined) => (colour === undefined ? escaped(match) : match));

/** JSON that a terminal shows as it is, and that means the same. */
export const visibleJson = (json: string): string =>
  json.replace(/[\u007f-\u009f]/g, (character) => `\\u00${hex(character)}`);

// Lines and tabs are harmless.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const ours = /(\u001b\[(?:0|2|31|32|33)m)|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

const escaped = (character: string): string => `\\x${hex(character)}`;

const hex = (character: string): string => character.charCodeAt(0).toString(16).padStart(2, '0');
