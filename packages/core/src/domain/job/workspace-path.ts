/**
 * A path inside the workspace, cleaned of `.` and doubled slashes; `.` is the workspace itself; null when it is
 * absolute or leaves the workspace. Symlinks are judged where the path is used.
 */
export const workspacePath = (path: string): string | null => {
  if (path.startsWith('/') || path.includes('\0') || path.includes('\\')) return null;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/') || '.';
};
