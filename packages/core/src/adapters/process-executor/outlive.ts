import { readFile } from 'node:fs/promises';
import type { Logger } from '../../ports/host.ts';
import { outputOf } from './output-of.ts';

export interface Surroundings {
  pid: number;
  /** Text of /proc/self/cgroup; empty where there is none. */
  cgroup: string;
  /** What systemd says of our unit; null where it was not asked. */
  killMode: string | null;
}

/** Why this host's jobs end with it, and what to do; null when they outlive it. */
export const whyJobsCannotOutlive = ({ pid, cgroup, killMode }: Surroundings): string | null => {
  if (pid === 1)
    return 'This host is the first process of its container, so its local jobs end when it does, at every deploy too. Run jobs that have to outlive it with the Docker or Kubernetes executor.';
  const unit = serviceUnit(cgroup);
  if (unit === null || killMode === 'process' || killMode === 'none') return null;
  return `This host is the systemd service ${unit}, which ends its local jobs when it is stopped or restarted. Set KillMode=process in the unit, start the host in a scope, or use the Docker executor.`;
};

/** The systemd service that we are in; null in a session, a scope or anything else. */
export const serviceUnit = (cgroup: string): string | null => {
  const path = cgroup.split('\n').find((line) => line.startsWith('0::') || line.includes(':name=systemd:'));
  const last = path?.split('/').at(-1) ?? '';
  return last.endsWith('.service') ? last : null;
};

/** Says so once, in the background; what cannot be found out is no reason to worry anyone. */
export const warnIfJobsCannotOutlive = async (logger: Logger): Promise<void> => {
  const cgroup = await readFile('/proc/self/cgroup', 'utf8').catch(() => '');
  const why = whyJobsCannotOutlive({
    pid: process.pid,
    cgroup,
    killMode: await killModeOf(serviceUnit(cgroup), cgroup),
  });
  if (why !== null) logger.warn({ executor: 'process' }, why);
};

const killModeOf = async (unit: string | null, cgroup: string): Promise<string | null> => {
  if (unit === null) return null;
  const manager = cgroup.includes('/user@') ? ['--user'] : [];
  const asked = await outputOf('systemctl', [...manager, 'show', '--property=KillMode', '--value', unit], 2_000);
  return asked.trim() === '' ? null : asked.trim();
};
