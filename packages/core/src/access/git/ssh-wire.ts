/** The binary form of SSH keys (RFC 4251, section 5): each part with its length before it. */

export const wireText = (part: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(part);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** A whole number that is not negative, big-endian. */
export const wireNumber = (bytes: Uint8Array): Buffer => {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = start === -1 ? Buffer.alloc(0) : Buffer.from(bytes.subarray(start));
  // Its first bit would be its sign.
  return wireText((digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits);
};

export interface WireReader {
  /** The next part. Throws a RangeError where the bytes end before it does. */
  part(): Buffer;
  number(): number;
  rest(): Buffer;
}

export const wireReader = (bytes: Buffer): WireReader => {
  let at = 0;
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new RangeError('the key ends too early');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const number = (): number => take(4).readUInt32BE();
  return { part: () => take(number()), number, rest: () => take(bytes.length - at) };
};
