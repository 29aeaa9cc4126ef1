import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunyardError } from '@runyard/core';
import type { Tls } from './tls.ts';

/** The engine of a docker context: the named one, else the one in use; null where that is the default one. */
export const contextEndpoint = (
  configDir: string,
  named: string | undefined,
): { host: string; tls: Tls | null } | null => {
  const name = named || currentContext(configDir);
  if (!name || name === 'default') return null;
  const id = createHash('sha256').update(name).digest('hex');
  const meta = readIfThere(join(configDir, 'contexts', 'meta', id, 'meta.json'));
  const endpoint = meta === null ? undefined : parse<ContextMeta>(meta)?.Endpoints?.docker;
  if (!endpoint?.Host)
    throw new RunyardError(
      'invalid-option',
      `dockerExecutor: the docker context '${name}' is in use, and ${configDir} has no such context that can be read. Say \`host\`, or choose another (\`docker context use\`).`,
      { field: 'host', received: name },
    );
  return { host: endpoint.Host, tls: contextTls(join(configDir, 'contexts', 'tls', id, 'docker'), endpoint) };
};

interface ContextMeta {
  Endpoints?: { docker?: { Host?: string; SkipTLSVerify?: boolean } };
}

const currentContext = (configDir: string): string | undefined => {
  const config = readIfThere(join(configDir, 'config.json'));
  // The docker command warns of one that cannot be read, and goes on without.
  return config === null ? undefined : (parse<{ currentContext?: string }>(config)?.currentContext ?? undefined);
};

const parse = <T>(json: Buffer): T | null => {
  try {
    return JSON.parse(json.toString()) as T | null;
  } catch {
    return null;
  }
};

const contextTls = (folder: string, { SkipTLSVerify }: { SkipTLSVerify?: boolean }): Tls | null => {
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readIfThere(join(folder, name)));
  if (!ca && !cert && !key) return null;
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }), skipVerify: SkipTLSVerify === true };
};

const readIfThere = (path: string): Buffer | null => {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
};
