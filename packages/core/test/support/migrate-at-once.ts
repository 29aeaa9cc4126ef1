import { migrate } from '../../src/adapters/sqlite-store/migrate.ts';
import { openWriter } from '../../src/adapters/sqlite-store/open-database.ts';

// A process that migrates the store it is given as soon as it is told to, and says from where to where.
const file = process.argv[2] as string;
process.send?.('ready');
process.once('message', () => {
  const db = openWriter(file);
  process.send?.(migrate(db, { file, newInstallation: '0'.repeat(32) }));
  db.close();
  process.disconnect();
});
