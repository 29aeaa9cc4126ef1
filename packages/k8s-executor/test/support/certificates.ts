import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  cert: Buffer;
  key: Buffer;
  certFile: string;
  keyFile: string;
}

/** A certificate authority in a folder, and what it signs: for servers on 127.0.0.1 and for clients, by the name in their subject. */
export const certificateAuthority = (folder: string): { ca: Certificate; sign(name: string): Certificate } => {
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const read = (name: string): Certificate => {
    const [certFile, keyFile] = [file(`${name}.pem`), file(`${name}.key`)];
    return { cert: readFileSync(certFile), key: readFileSync(keyFile), certFile, keyFile };
  };
  const newKey = (name: string): string[] => [
    ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-keyout', `${name}.key`, '-subj', `/CN=${name}`],
  ];
  openssl('req', '-x509', '-days', '2', '-out', 'ca.pem', ...newKey('ca'));
  writeFileSync(file('san'), 'subjectAltName=IP:127.0.0.1\n');
  return {
    ca: read('ca'),
    sign(name) {
      openssl('req', '-new', '-out', `${name}.csr`, ...newKey(name));
      const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'san'];
      openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...by);
      return read(name);
    },
  };
};
