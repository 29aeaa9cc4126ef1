import { PassThrough } from 'node:stream';
import Docker from 'dockerode';

/** What the engine itself has of the output of each run's first attempt (without our own lines), read until it has also kept a line that came after this was asked. */
export const keptByEngine = async (
  socketPath: string,
  runIds: readonly string[],
): Promise<ReadonlyMap<string, string[]>> => {
  const docker = new Docker({ socketPath });
  const asked = new Date().toISOString();
  const kept = runIds.map(async (id): Promise<[string, string[]]> => {
    const [found] = await docker.listContainers({ filters: { label: [`runyard.key=${id}.1`] } });
    if (found === undefined) throw new Error(`no container of run ${id} runs`);
    const container = docker.getContainer(found.Id);
    const source = await container.logs({ follow: true, stdout: true, timestamps: true });
    const output = new PassThrough({ encoding: 'utf8' });
    container.modem.demuxStream(source, output, output);
    let text = '';
    for await (const piece of output) {
      text += piece;
      if ((whole(text).at(-1) ?? '') > asked) break;
    }
    (source as NodeJS.ReadableStream & { destroy(): void }).destroy();
    const lines = whole(text).map((line) => line.slice(line.indexOf(' ') + 1));
    return [id, lines.filter((line) => !line.includes('runyard:'))];
  });
  return new Map(await Promise.all(kept));
};

const whole = (text: string): string[] => text.split('\n').slice(0, -1);
