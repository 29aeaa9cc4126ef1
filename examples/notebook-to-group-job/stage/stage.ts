import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type GitHost, startGitHost } from './git-host.ts';
import { type Person, person } from './person.ts';
import { pathWithRunyard } from './programs.ts';
import { type Registry, startRegistry } from './registry.ts';
import { type Service, startService } from './service.ts';

/** All that the story plays on. */
export interface Stage extends AsyncDisposable {
  folder: string;
  service: Service;
  gitHost: GitHost;
  registry: Registry;
  /** The first admin. */
  ines: Person;
  ann: Person;
  bob: Person;
}

/** Everything on loopback, in a temporary folder that goes with it. */
export const setTheStage = async (): Promise<Stage> => {
  const stack = new AsyncDisposableStack();
  try {
    const folder = await mkdtemp(join(tmpdir(), 'runyard-story-'));
    stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const repository = join(folder, 'git-host', 'flat-rents.git');
    await mkdir(repository, { recursive: true });
    await promisify(execFile)('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository]);
    const gitHost = stack.use(await startGitHost(join(folder, 'git-host')));
    const registry = stack.use(await startRegistry());
    const service = stack.use(await startService(join(folder, 'service')));
    const path = await pathWithRunyard(join(folder, 'bin'));
    const options = { homes: join(folder, 'home'), path, api: service.api };
    const [ines, ann, bob] = [
      await person('ines', options),
      await person('ann', options),
      await person('bob', options),
    ];
    const all = stack.move();
    return { folder, service, gitHost, registry, ines, ann, bob, [Symbol.asyncDispose]: () => all.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
};

/** A new token as other services give them. */
export const newToken = (): string => `tok-${randomBytes(12).toString('hex')}`;
