import { lstatSync, mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wrapper } from '../src/manifest/scripts/wrapper.ts';
import { runFirst, runJob } from './support/first-process.ts';
import { namespaces, podFolder, podTools, shells } from './support/pod-folder.ts';

const mark = '\u001e';

describe.skipIf(!namespaces).each(shells)('the first process of a job, by %s', (shell) => {
  const noteOf = async (job: Parameters<typeof runJob>[1], tools?: readonly string[]): Promise<string> => {
    using pod = podFolder(shell, tools && { tools });
    const code = await runJob(pod, job).ended;
    const message = pod.message();
    // A note that does not tell the container's own exit code is taken for none.
    expect(message.split(' ')[1]).toBe(String(code));
    return message.trimEnd();
  };

  it.each([
    [0, 'exit 0'],
    [7, 'exit 7'],
    [137, 'exit 137'],
    [143, 'exit 143'],
  ])('notes exit code %i as one', async (code, command) => {
    expect(await noteOf({ command })).toBe(`${mark}runyard ${code} 0 0 command`);
  });

  it.each([
    [137, 'KILL'],
    [143, 'TERM'],
    [139, 'SEGV'],
    [129, 'HUP'],
  ])('notes status %i of a death by %s as a death', async (status, signal) => {
    expect(await noteOf({ command: `kill -${signal} $$` })).toBe(`${mark}runyard ${status} 1 0 command`);
  });

  it('passes TERM on to the whole tree, also to what went into a session of its own', async () => {
    using pod = podFolder(shell);
    const child = `trap 'echo child told; exit' TERM; echo child ready; sleep 100 & wait`;
    const command = `setsid sh -c "${child}" & child=$!; trap 'wait "$child"; exit 5' TERM; echo ready; wait "$child"`;
    const job = runJob(pod, { command });
    await job.printed('child ready');
    await job.printed('\nready');
    job.signal('SIGTERM');
    expect(await job.ended).toBe(5);
    expect(job.output()).toContain('child told');
    expect(pod.message()).toBe(`${mark}runyard 5 0 1 command\n`);
  });

  it('notes a death by TERM that was ordered, and a success that came in spite of it', async () => {
    const told = async (command: string) => {
      using pod = podFolder(shell);
      const job = runJob(pod, { command });
      await job.printed('ready');
      job.signal('SIGTERM');
      await job.ended;
      return pod.message();
    };
    expect(await told('echo ready; exec sleep 100')).toBe(`${mark}runyard 143 1 1 command\n`);
    expect(await told(`trap 'exit 0' TERM; echo ready; sleep 100 & wait`)).toBe(`${mark}runyard 0 0 1 command\n`);
  });

  it('leaves no note when everything is killed', async () => {
    using pod = podFolder(shell);
    const job = runJob(pod, { command: `trap '' TERM; echo ready; while :; do sleep 1; done` });
    await job.printed('ready');
    job.signal('SIGTERM');
    job.signal('SIGKILL');
    await job.ended;
    expect(pod.message()).toBe('');
  });

  it('takes a job’s `kill 0` for no order', async () => {
    const command = `sleep 100 & trap 'kill 0' EXIT; exit 3`;
    expect(await noteOf({ command })).toMatch(new RegExp(`^${mark}runyard (143 1|3 0) 0 command$`));
    expect(await noteOf({ command: 'kill -TERM 0; sleep 100' })).toBe(`${mark}runyard 143 1 0 command`);
  });

  it('works without `setsid`, where a job’s `kill 0` may be taken for the order', async () => {
    const tools = podTools.filter((tool) => tool !== 'setsid');
    expect(await noteOf({ command: 'exit 9' }, tools)).toBe(`${mark}runyard 9 0 0 command`);
    expect(await noteOf({ command: 'kill -TERM 0; sleep 100' }, tools)).toMatch(/runyard 143 1 [01] command$/);
  });

  it('notes the end also when the job kills who would tell it', async () => {
    expect(await noteOf({ command: 'kill -KILL $PPID; sleep 100' })).toBe(`${mark}runyard 137 1 0 command`);
  });

  it('is not moved by signals of the job to it', async () => {
    const command = 'for s in HUP INT QUIT USR1 USR2 ALRM PIPE KILL; do kill -$s 1; done; sleep 0.1; exit 4';
    expect(await noteOf({ command })).toBe(`${mark}runyard 4 0 0 command`);
  });

  it('notes the phase, and the sentence of one that failed by itself', async () => {
    expect(await noteOf({ command: 'true', workingDir: 'nowhere' })).toBe(
      `${mark}runyard 72 0 0 working-dir\nThe working directory 'nowhere' is not in the workspace.`,
    );
    expect(await noteOf({ command: 'true', startScript: 'exit 12' })).toBe(`${mark}runyard 12 0 0 start-script`);
    expect(await noteOf({ command: 'echo "$GREETING"; exit 8', startScript: 'export GREETING=hello' })).toBe(
      `${mark}runyard 8 0 0 command`,
    );
    const packages = { apt: [], conda: [], pip: ['x'], cran: [], requirementsTxt: null, environmentYml: null };
    expect(await noteOf({ command: 'true', extraPackages: packages })).toMatch(
      /runyard 69 0 0 extra-packages\n.*pip packages need python3/,
    );
  });

  it('says that its image has no bash where a start script needs it', async () => {
    const tools = podTools.filter((tool) => tool !== 'bash');
    expect(await noteOf({ command: 'true', startScript: 'true' }, tools)).toMatch(
      new RegExp(`^${mark}runyard 127 0 0 -\nIts image has no bash`),
    );
  });

  it('keeps within what a termination message holds, whatever the job wrote into its notes', async () => {
    const fill = (text: string) => `printf '%s' "${text}" >$PHASES; exit 1`;
    const told = async (text: string) => {
      using pod = podFolder(shell);
      await runJob(pod, { command: fill(text), env: { PHASES: `${pod.at.state}/phase`, LC_ALL: 'C.UTF-8' } }).ended;
      return readFileSync(pod.at.terminationLog);
    };
    const long = await told(`working-dir\n${'ä'.repeat(5000)}`);
    expect(long.length).toBeLessThan(2200);
    expect(long.toString()).toMatch(/runyard 1 0 0 working-dir\nää/);
    expect((await told(`my own\n%s%n`)).toString()).toBe(`${mark}runyard 1 0 0 command\n`);
  });

  it('has the environment as it is', async () => {
    using pod = podFolder(shell);
    const value = 'a\'b"c`d$(e)\n%s \\ ü🚀';
    const job = runJob(pod, { command: 'printf "[%s]" "$VALUE"', env: { VALUE: value } });
    expect(await job.ended).toBe(0);
    expect(job.output()).toContain(`[${value}]`);
  });

  it('runs nothing a second time in the same pod, and says again how it ended', async () => {
    using pod = podFolder(shell);
    const job = { command: 'echo ran; exit 7' };
    expect(await runJob(pod, job).ended).toBe(7);
    const first = pod.message();
    writeFileSync(pod.at.terminationLog, '');
    const again = runJob(pod, job);
    expect(await again.ended).toBe(7);
    expect(again.output()).not.toContain('ran');
    expect(pod.message()).toBe(first);
  });

  it('of which nothing tells how it ended, is told as interrupted when it is made anew', async () => {
    using pod = podFolder(shell);
    const job = { command: 'echo ready; exec sleep 100' };
    const killed = runJob(pod, job);
    await killed.printed('ready');
    killed.signal('SIGKILL');
    await killed.ended;
    expect(await runJob(pod, job).ended).toBe(125);
    expect(pod.message()).toMatch(new RegExp(`^${mark}runyard 125 0 1 -\n.*Nothing of the job ran a second time`));
  });

  it('signals nobody else where it is not the first process', async () => {
    using pod = podFolder(shell);
    const main = pod.secret('wrapper', wrapper(pod.at));
    pod.secret('script', `echo ready; exec sleep 100`);
    const bystander = `sh -c 'trap "echo bystander told" TERM; echo watching; while :; do sleep 0.1; done' &`;
    const init = `${bystander} "$0" ${main} sh & runyard=$!; trap 'kill -TERM "$runyard"' USR1; wait "$runyard"; wait "$runyard"; echo over`;
    const running = runFirst(pod, ['-c', init, `${pod.bin}/sh`]);
    await running.printed('watching');
    await running.printed('ready');
    running.signal('SIGUSR1');
    await running.printed('over');
    expect(pod.message()).toBe(`${mark}runyard 143 1 1 -\n`);
    expect(running.output()).not.toContain('bystander told');
    await running.ended;
  });

  describe('puts files of secrets in place', () => {
    const file = (location: string, value: string) => ({ type: 'file' as const, location, value });

    it('for the job’s user alone, in folders that are made, in the place of what a source brought', async () => {
      using pod = podFolder(shell);
      mkdirSync(pod.at.workspace);
      writeFileSync(join(pod.at.workspace, 'token'), 'from the source');
      const value = 'line \'one\'\nline "two" $(x) ü🚀';
      const secrets = [file('token', value), file("conf/it's here/.key", 'two'), file('-n', 'three')];
      const job = runJob(pod, { command: 'cat token ./-n; echo; ls -A', secrets });
      expect(await job.ended).toBe(0);
      expect(job.output()).toContain(`${value}three\n`);
      const at = (path: string) => join(pod.at.workspace, path);
      expect(readFileSync(at("conf/it's here/.key"), 'utf8')).toBe('two');
      expect(readlinkSync(at('token'))).toBe(`${pod.at.files}/0`);
      expect(statSync(at('token')).mode & 0o777).toBe(0o400);
      expect(lstatSync(at('conf')).isDirectory()).toBe(true);
    });

    it('and never through a symlink out of the workspace', async () => {
      using pod = podFolder(shell);
      mkdirSync(pod.at.workspace);
      mkdirSync(join(pod.at.root, 'elsewhere'));
      symlinkSync('../elsewhere', join(pod.at.workspace, 'conf'));
      const job = runJob(pod, { command: 'echo ran', secrets: [file('conf/token', 'x')] });
      expect(await job.ended).toBe(122);
      expect(job.output()).not.toContain('ran\n');
      expect(pod.message()).toBe(
        `${mark}runyard 122 0 0 -\nThe secret file 'conf/token' would lie outside of the workspace.\n`,
      );
    });
  });

  it('says so where its folders cannot be made', async () => {
    using pod = podFolder(shell);
    writeFileSync(pod.at.workspace, 'in the way');
    expect(await runJob(pod, { command: 'echo ran' }).ended).toBe(123);
    expect(pod.message()).toMatch(new RegExp(`^${mark}runyard 123 0 0 -\nIts folders could not be made`));
  });
});
