import { documentColumns } from '../document-rows.ts';
import { columnsOf } from '../rows.ts';

const select = `SELECT ${columnsOf('d', documentColumns)} FROM documents d`;

export const documentStatements = {
  byIds: (isAmong: string) => `${select} WHERE d.id ${isAmong}`,
  byId: `${select} WHERE d.kind = $1 AND d.id = $2`,
  byName: `${select} WHERE d.kind = $1 AND d.owner = $2 AND d.name = $3`,
  byLookup: `${select} WHERE d.kind = $1 AND d.lookup = $2`,
  idOfName: 'SELECT id FROM documents WHERE kind = $1 AND owner = $2 AND name = $3',
  idOfLookup: 'SELECT id FROM documents WHERE kind = $1 AND lookup = $2',
  revision: 'SELECT revision FROM documents WHERE kind = $1 AND id = $2',
  isThere: 'SELECT 1 FROM documents WHERE id = $1',
  insert: `
    INSERT INTO documents (${documentColumns.join(', ')})
    VALUES (${documentColumns.map((_, index) => `$${index + 1}`).join(', ')})
    ON CONFLICT DO NOTHING`,
  update: `
    UPDATE documents SET ${documentColumns
      .slice(1)
      .map((column, index) => `${column} = $${index + 2}`)
      .join(', ')}
    WHERE id = $1`,
  remove: 'DELETE FROM documents WHERE id = $1',
} as const;
