import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { isOfThisMachine } from './image-name.ts';

/**
 * Pulls an image; answers why not, in the words of a kubelet with containerd. Only registries of this machine are really asked, since there is no other
 * network: any other says that it has no such image.
 */
export const pullImage = async (docker: Docker, image: string): Promise<string | null> => {
  const failed = `failed to pull and unpack image "${image}": failed to resolve reference "${image}"`;
  const notFound = `rpc error: code = NotFound desc = ${failed}: ${image}: not found`;
  if (!isOfThisMachine(image)) return notFound;
  const fault = await askEngine(docker, image);
  if (fault === null) return null;
  const host = image.slice(0, image.indexOf('/'));
  const tag = /:([^:/]+)$/.exec(image)?.[1] ?? 'latest';
  if (/unauthorized|no basic auth|authentication required/i.test(fault))
    return `${failed}: pulling from host ${host} failed with status code [manifests ${tag}]: 401 Unauthorized`;
  if (/not found|does not exist|manifest unknown/i.test(fault)) return notFound;
  return `${failed}: failed to do request: ${fault}`;
};

const askEngine = async (docker: Docker, image: string): Promise<string | null> => {
  try {
    const progress = (await docker.pull(image)) as Readable;
    await new Promise<void>((resolve, reject) =>
      docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve())),
    );
    return null;
  } catch (error) {
    return (error as Error).message.replace(/^\(HTTP code \d+\) .*? - /, '').trim();
  }
};
