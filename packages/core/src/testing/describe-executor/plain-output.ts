/** The job's own output: without the lines with which the generated script announces its phases. */
export const plainOutput = (parts: readonly Uint8Array[]): string =>
  Buffer.concat(parts)
    .toString('utf8')
    .split('\n')
    .filter((line) => !line.startsWith('\u001erunyard:'))
    .join('\n');
