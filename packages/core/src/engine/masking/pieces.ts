/** Shorter values would mask half the log. */
const shortest = 4;
const longestPiece = 128;
const pieceLength = 96;

/**
 * What of a value is looked for: each of its lines, without the spaces around it, since whoever prints one prints it line by line. A long line is
 * looked for in pieces, so that comparing with it costs little, and what was cut out of it is masked too.
 */
export const piecesOf = (value: string): string[] =>
  value
    .split(/\r\n|[\r\n]/)
    .map((line) => line.trim())
    .filter((line) => line.length >= shortest)
    .flatMap(inPieces);

const inPieces = (line: string): string[] => {
  if (line.length <= longestPiece) return [line];
  const count = Math.ceil(line.length / pieceLength);
  const ends = Array.from({ length: count }, (_, i) =>
    wholeCharacter(line, Math.floor(((i + 1) * line.length) / count)),
  );
  return ends.map((end, i) => line.slice(ends[i - 1] ?? 0, end));
};

// Never between the two halves of one.
const wholeCharacter = (line: string, at: number): number => {
  const before = line.charCodeAt(at - 1);
  return at < line.length && before >= 0xd800 && before <= 0xdbff ? at + 1 : at;
};
