/**
 * The job's own output: without the lines with which the generated script announces its phases, and without what comes before the first of them, which
 * is said by who fetches its sources.
 */
export const plainOutput = (parts: readonly Uint8Array[]): string => {
  const lines = Buffer.concat(parts).toString('utf8').split('\n');
  const first = Math.max(0, lines.findIndex(isAnnouncement));
  return lines
    .slice(first)
    .filter((line) => !isAnnouncement(line))
    .join('\n');
};

const isAnnouncement = (line: string): boolean => line.startsWith('\u001erunyard:');
