// The skips that CI accepts, by platform. Any other skip fails there, so that no test goes missing in silence.
// A name is the one that the closing report prints: `<file> > <describe> > <test>`.
export const allowedSkips: Partial<Record<NodeJS.Platform, { name: string; because: string }[]>> = {
  linux: [
    ...rules(
      'packages/core/test/describe-executor.test.ts > the scripted executor keeps the rules of the port',
      'A script has neither processes, nor a shell, nor files.',
      [
        'prepare > sources are checked out where they say before anything runs',
        'prepare > a source that fails ends the preparation as it says, and leaves nothing',
        'prepare > a late preparer does not disturb the newer preparation, and starts nothing',
        'stop and remove > stopping ends the whole tree, also what went into a session of its own',
        'outcomes > a failing start script is named as the phase',
        'outcomes > a working directory that is not there could never run as asked',
        'outcomes > what the start script exports, the command sees',
        'environment and secrets > secrets arrive as variables and as files, and are not in the handle',
      ],
    ),
    {
      name: 'packages/core/test/process-executor-gpus.test.ts > the real nvidia-smi of this machine > is understood',
      because: 'Few machines of CI have an NVIDIA GPU.',
    },
    ...rules(
      'packages/core/test/function-executor-rules.test.ts > the function executor keeps the rules of the port',
      'A function has no name in an engine, no workspace, no shell and no processes, and cannot be away from itself.',
      [
        'prepare > something of the same name that is not ours is a conflict and is not touched',
        'prepare > sources are checked out where they say before anything runs',
        'prepare > a source that fails ends the preparation as it says, and leaves nothing',
        'prepare > a late preparer does not disturb the newer preparation, and starts nothing',
        'stop and remove > stopping ends the whole tree, also what went into a session of its own',
        'outcomes > a death by signal is told with its name',
        'outcomes > a failing start script is named as the phase',
        'outcomes > a working directory that is not there could never run as asked',
        'outcomes > what the start script exports, the command sees',
        'environment and secrets > secrets arrive as variables and as files, and are not in the handle',
        'an engine that cannot be asked > while the engine cannot be asked, no verb has an answer: nothing is missing, lost, stopped or removed',
        'an engine that cannot be asked > an outage while it is waited for is not its outcome',
        'strangers > what took the place of an attempt is a stranger: no verb touches it, and the attempt is lost',
      ],
    ),
  ],
  darwin: [],
  win32: [],
};

// Rules of a conformance suite that cannot hold for one implementation.
function rules(suite: string, because: string, names: readonly string[]) {
  return names.map((name) => ({ name: `${suite} > ${name}`, because }));
}
