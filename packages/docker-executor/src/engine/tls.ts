import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunyardError } from '@runyard/core';

/** What a connection over TLS is made with. */
export interface Tls {
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
  /** The context says that the server's certificate is not to be looked at. */
  skipVerify?: boolean;
}

/** From a folder as the docker command has it. */
export const readCertificates = (folder: string): Tls => {
  try {
    const read = (name: string): Buffer => readFileSync(join(folder, name));
    return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
  } catch (cause) {
    throw new RunyardError(
      'invalid-option',
      `dockerExecutor: the certificates for TLS cannot be read: ${String(cause)}. ${folder} needs ca.pem, cert.pem and key.pem.`,
      { field: 'certPath', received: folder, cause },
    );
  }
};
