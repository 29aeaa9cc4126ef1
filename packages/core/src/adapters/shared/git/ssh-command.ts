export interface SshAccess {
  /** File with the private key; null: only what a server gives to anyone. */
  key: string | null;
  /** `learn`: a host that is not known yet is accepted, and then known. */
  knownHosts: { file: string; learn: boolean };
}

/** The value of GIT_SSH_COMMAND, which git gives to a shell. Nothing of the host's ssh set-up takes part. */
export function sshCommand({ key, knownHosts }: SshAccess): string {
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    `IdentityFile=${key === null ? 'none' : path(key)}`,
    `UserKnownHostsFile=${path(knownHosts.file)}`,
    `StrictHostKeyChecking=${knownHosts.learn ? 'accept-new' : 'yes'}`,
    ...(knownHosts.learn ? [] : ['GlobalKnownHostsFile=none']),
    'UpdateHostKeys=no',
    'ClearAllForwardings=yes',
    'ConnectTimeout=30',
    'ServerAliveInterval=15',
    'ServerAliveCountMax=4',
  ];
  return ['ssh', '-F', 'none', ...options.flatMap((option) => ['-o', quoted(option)])].join(' ');
}

// ssh splits at spaces and expands %.
const path = (file: string): string => `"${file.replaceAll('%', '%%').replaceAll('"', '\\"')}"`;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
