import { followCommand } from './follow-command.ts';
import { followFile } from './follow-file.ts';
import { followJavascript } from './follow-javascript.ts';
import { followNotebook } from './follow-notebook.ts';
import { followModule, followPython } from './follow-python.ts';
import { followR } from './follow-r.ts';
import { followShell } from './follow-shell.ts';
import { type CodeTask, newTrail, type Place, type Task, type Trail, theCommand } from './trail.ts';

/** A checkout in which a command leads to more than this is not looked through to its end. */
const most = 20_000;

/**
 * Follows a command through the checkout: the programs that it runs, what they import, source and open. Reads files and runs
 * nothing. What only the running program knows is not seen.
 */
export const follow = async (command: string | readonly string[], place: Place): Promise<Trail> => {
  const trail = newTrail(place);
  const { cwd } = place;
  trail.tasks.push(
    typeof command === 'string'
      ? { kind: 'code', language: 'shell', text: command, cwd, by: theCommand, file: null, roots: [] }
      : { kind: 'command', words: command, cwd, by: theCommand },
  );
  for (let n = 0; n < most; n++) {
    const task = trail.tasks.shift();
    if (task === undefined) break;
    await followTask(trail, task);
  }
  return trail;
};

const followTask = async (trail: Trail, task: Task): Promise<void> => {
  switch (task.kind) {
    case 'command':
      return followCommand(trail, task);
    case 'file':
      return followFile(trail, task);
    case 'module':
      trail.languages.add('python');
      return followModule(trail, task);
    case 'code':
      trail.languages.add(task.language);
      return followCode(trail, task);
  }
};

const followCode = async (trail: Trail, task: CodeTask): Promise<void> => {
  switch (task.language) {
    case 'python':
      return followPython(trail, task);
    case 'javascript':
      return followJavascript(trail, task);
    case 'r':
      return followR(trail, task);
    case 'shell':
      return followShell(trail, task);
    case 'notebook':
      return followNotebook(trail, task);
  }
};
