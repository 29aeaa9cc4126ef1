import { once } from 'node:events';
import type Docker from 'dockerode';

/** Creates, starts and removes a container with the limits that a job has. Ms until its first line has come. */
export const bareContainer = async (
  docker: Docker,
  { image, command }: { image: string; command: string[] },
): Promise<number> => {
  const from = performance.now();
  const container = await docker.createContainer({
    Image: image,
    Cmd: command,
    HostConfig: {
      NetworkMode: 'none',
      NanoCpus: 1e9,
      Memory: 2 ** 28,
      MemorySwap: 2 ** 28,
      PidsLimit: 4096,
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Mounts: [{ Type: 'volume', Source: `bare-${crypto.randomUUID()}`, Target: '/work' }],
    },
  });
  await container.start();
  const log = await container.logs({ follow: true, stdout: true, stderr: true });
  await once(log, 'data');
  const took = performance.now() - from;
  log.on('data', () => {});
  await container.wait();
  await container.remove({ v: true });
  return took;
};
