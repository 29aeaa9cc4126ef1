import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attemptFolder } from '../src/adapters/process-executor/attempt-folder.ts';
import { createNote, exists, readNote } from '../src/adapters/process-executor/files.ts';
import { deleteFolder } from '../src/adapters/process-executor/remove.ts';
import { processBench } from './support/process-attempts.ts';

describe('a note in an attempt', () => {
  it('is there whole or not at all, so that whoever is killed while writing it has made nothing', async () => {
    await using bench = await processBench();
    for (let n = 0; n < 300; n++) {
      const file = join(bench.host.dataDir, `note-${n}`);
      const made = createNote(file, 'void\n');
      // As a host that comes in the middle would find it.
      let seen = await readNote(file);
      while (seen === null) seen = await readNote(file);
      expect(seen.text).toBe('void\n');
      expect(await made).toBe(true);
    }
  });

  it('is made by the first who comes, and leaves nothing beside itself', async () => {
    await using bench = await processBench();
    const file = join(bench.host.dataDir, 'note');
    const made = await Promise.all(['a', 'b', 'c'].map((text) => createNote(file, text)));
    expect(made.filter((mine) => mine)).toHaveLength(1);
    expect((await readdir(bench.host.dataDir)).filter((name) => name.startsWith('note'))).toEqual(['note']);
    expect(await createNote(join(bench.host.dataDir, 'no', 'folder'), 'text')).toBe(false);
  });
});

describe('the folder of an attempt', () => {
  it('is gone for each of two who remove it at once, when the first of them says so', async () => {
    await using bench = await processBench();
    const { place, dataDir } = bench.host;
    const folder = attemptFolder(dataDir, { v: 1, place, installation: 'ab', key: 'run.1', id: 'cd' });
    await mkdir(folder.workspace, { recursive: true });
    for (let n = 0; n < 500; n++) await writeFile(join(folder.workspace, `${n}`), '');
    const both = [deleteFolder(folder), deleteFolder(folder)];
    await Promise.race(both);
    expect([await exists(folder.path), await exists(folder.gone)]).toEqual([false, false]);
    await Promise.all(both);
  });
});
