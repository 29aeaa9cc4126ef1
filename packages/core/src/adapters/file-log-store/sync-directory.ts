import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** The names in a directory are then as durable as what they name. */
export async function syncDirectory(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
