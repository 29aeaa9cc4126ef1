import type { Piece } from './pieces.ts';

/** Writes pieces as a kubelet does: a line has one stamp, however many pieces it comes in, and loses a CR at its end. */
export const lineWriter = (timestamps: boolean): ((piece: Piece) => Buffer) => {
  let isNewLine = true;
  return ({ stamp, bytes }) => {
    const ends = bytes.at(-1) === 0x0a;
    const text = ends && bytes.at(-2) === 0x0d ? Buffer.concat([bytes.subarray(0, -2), newline]) : bytes;
    const line = timestamps && isNewLine ? Buffer.concat([Buffer.from(`${stamp} `), text]) : text;
    isNewLine = ends;
    return line;
  };
};

const newline = Buffer.from('\n');
