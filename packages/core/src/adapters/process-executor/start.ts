import { AttemptMissing, infrastructureFailed, startFailed } from '../../domain/run/launch-errors.ts';
import type { Launch } from '../../ports/executor.ts';
import type { Host } from '../../ports/host.ts';
import type { AttemptFolder } from './attempt-folder.ts';
import { type Claim, readClaim, voidClaim } from './claim.ts';
import { environmentOf, type Surrounds } from './environment.ts';
import { errno, exists } from './files.ts';
import type { Launcher } from './launcher.ts';
import { thisMachine } from './machine.ts';
import { deleteTree } from './remove.ts';
import { writeSecretFiles } from './secret-files.ts';
import { supervisorProgram } from './supervisor.ts';

export interface StartOptions {
  host: Host;
  launch: Launch;
  surrounds: Surrounds;
  launcher: Launcher;
  signal: AbortSignal;
}

/** Starts a supervisor, unless the attempt is claimed already. Which of several supervisors runs it, its claim decides. */
export const startAttempt = async (folder: AttemptFolder, options: StartOptions): Promise<void> => {
  const { host, launch, signal } = options;
  const [claim, ready] = await Promise.all([readClaim(folder), exists(folder.ready)]);
  if (isStarted(claim)) return;
  if (claim.kind !== 'none' || !ready) throw missing(folder);
  try {
    await writeSecretFiles(folder, launch.secrets, () => host.entropy.id());
    signal.throwIfAborted();
    await superviseUntilClaimed(folder, options);
    await settleClaim(folder);
  } catch (error) {
    // Who removed it meanwhile may have done so before its secrets were written.
    if (!(await exists(folder.path))) await deleteTree(folder.memory);
    throw error;
  }
};

const isStarted = ({ kind }: Claim): boolean => kind === 'run' || kind === 'torn';

// Resolves once a supervisor has the claim, or has found that it is another's. From then on it needs nothing from us.
const superviseUntilClaimed = async (
  folder: AttemptFolder,
  { launch, surrounds, launcher }: StartOptions,
): Promise<void> => {
  const { shell } = launch.script;
  const program = supervisorProgram({ folder, machine: await thisMachine(), shell, secrets: launch.secrets });
  const env = environmentOf(launch, folder, surrounds);
  try {
    await launcher.spawn({ path: folder.path, cwd: folder.workspace, env, log: folder.log, program });
  } catch (error) {
    if (errno(error) === 'ENOENT' && (await exists(folder.workspace)))
      throw startFailed('shell-missing', 'There is no /bin/sh on this machine.', error);
    throw error;
  }
};

// Nobody has it although a supervisor ended: nobody must get it any more, so that its end can be told.
const settleClaim = async (folder: AttemptFolder): Promise<void> => {
  const claim = await readClaim(folder);
  if (isStarted(claim)) return;
  if (claim.kind !== 'none' || !(await exists(folder.ready))) throw missing(folder);
  if (!(await voidClaim(folder))) return settleClaim(folder);
  throw infrastructureFailed(
    'supervisor-failed',
    'Its supervisor ended before it could claim the attempt; its log may say why.',
  );
};

const missing = ({ handle }: AttemptFolder): AttemptMissing =>
  new AttemptMissing(
    `The prepared attempt ${handle.key} (${handle.id}) is not there any more, or was stopped before it was started.`,
  );
