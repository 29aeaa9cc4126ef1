import { type Fault, hasControls } from './fault.ts';

const expected = 'a folder inside the workspace, such as `data/model`';

/** The folder in the workspace. Whether a symlink leads out of it is seen when it is there. */
export function checkPath(path: string | null): Fault | null {
  const says = path === null ? null : whyNot(path);
  return says === null ? null : { field: 'path', says, expected };
}

function whyNot(path: string): string | null {
  if (path === '' || path.length > 1000) return 'is empty or longer than 1000 characters.';
  if (hasControls(path)) return 'has control characters.';
  if (path.startsWith('-')) return 'starts with a dash.';
  if (path.startsWith('/') || path.startsWith('~') || /^[a-z]:/i.test(path)) return 'is absolute.';
  if (path.includes('\\')) return 'has a backslash; use / between folders.';
  const parts = path.split('/');
  if (parts.includes('..')) return 'leaves the workspace.';
  if (parts.some((part) => part.toLowerCase() === '.git')) return 'leads into a .git folder.';
  return null;
}
