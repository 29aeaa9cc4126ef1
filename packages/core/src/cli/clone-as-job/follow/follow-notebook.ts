import type { CodeTask, Trail } from './trail.ts';

/** The code of a notebook's cells, as one program. */
export const followNotebook = (trail: Trail, task: CodeTask): void => {
  const notebook = parsed(task.text);
  if (notebook === null) return;
  const language = /^r$/i.test(notebook.metadata?.kernelspec?.language ?? notebook.metadata?.language_info?.name ?? '')
    ? 'r'
    : 'python';
  const text = (notebook.cells ?? [])
    .filter(({ cell_type: type }) => type === 'code')
    .map(({ source }) => (Array.isArray(source) ? source.join('') : (source ?? '')))
    .join('\n');
  const lines = language === 'python' ? text.split('\n') : [];
  for (const line of lines) {
    const [, script] = /^\s*%run\s+(?:-\w+\s+)*["']?([^\s"']+)/.exec(line) ?? [];
    const { cwd, by } = task;
    if (script !== undefined) trail.tasks.push({ kind: 'command', words: ['python', withEnd(script)], cwd, by });
    const [, shell] = /^\s*!\s*(.+)/.exec(line) ?? [];
    if (shell !== undefined) trail.tasks.push({ ...task, language: 'shell', text: shell });
  }
  trail.tasks.push({ ...task, language, text });
};

// `%run other` is `%run other.py`.
const withEnd = (script: string): string => (/\.\w+$/.test(script) ? script : `${script}.py`);

interface Notebook {
  cells?: { cell_type?: string; source?: string | string[] }[];
  metadata?: { kernelspec?: { language?: string }; language_info?: { name?: string } };
}

const parsed = (text: string): Notebook | null => {
  try {
    return JSON.parse(text) as Notebook;
  } catch {
    return null;
  }
};
