import type { Buffer } from 'node:buffer';

/** An engine's log of a container without a terminal: frames of a stream's number, three bytes of nothing, a length and the text. */
export const splitFrames = (log: Buffer): { stdout: string; stderr: string } => {
  const parts: [Uint8Array[], Uint8Array[]] = [[], []];
  for (let at = 0; at + 8 <= log.length; ) {
    const end = at + 8 + log.readUInt32BE(at + 4);
    parts[log[at] === 2 ? 1 : 0].push(log.subarray(at + 8, end));
    at = end;
  }
  const [stdout, stderr] = parts.map(textOf);
  return { stdout: stdout ?? '', stderr: stderr ?? '' };
};

const textOf = (parts: readonly Uint8Array[]): string => {
  const decoder = new TextDecoder();
  return parts.map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode();
};
