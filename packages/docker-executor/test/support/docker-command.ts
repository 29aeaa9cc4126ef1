import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { DockerEngine } from '../../../../test/engines/use-docker.ts';

/** What the docker command prints, asked behind the executor's back. */
export const docker = async (engine: Pick<DockerEngine, 'socket'>, ...args: string[]): Promise<string> => {
  const running = promisify(execFile)('/usr/bin/docker', ['-H', `unix://${engine.socket}`, ...args], {
    maxBuffer: 2 ** 28,
  });
  running.child.stdin?.end();
  const { stdout } = await running;
  return stdout.trim();
};

/** All containers and volumes of ours that the engine has. */
export const remains = async (engine: Pick<DockerEngine, 'socket'>): Promise<string[]> => {
  const containers = await docker(engine, 'ps', '-aq', '--filter', 'label=runyard.version');
  const volumes = await docker(engine, 'volume', 'ls', '-q');
  return `${containers}\n${volumes}`.split('\n').filter((line) => line !== '');
};

/** Takes every container and volume of an engine away. */
export const empty = async (engine: Pick<DockerEngine, 'socket'>): Promise<void> => {
  const containers = (await docker(engine, 'ps', '-aq')).split('\n').filter((id) => id !== '');
  if (containers.length > 0) await docker(engine, 'rm', '-fv', ...containers);
  const volumes = (await docker(engine, 'volume', 'ls', '-q')).split('\n').filter((id) => id !== '');
  if (volumes.length > 0) await docker(engine, 'volume', 'rm', '-f', ...volumes);
};
