import { auditColumns } from '../document-rows.ts';

export const auditStatements = {
  insert: `
    INSERT INTO audit (${auditColumns.join(', ')})
    VALUES (${auditColumns.map((_, index) => `$${index + 1}`).join(', ')})
    ON CONFLICT DO NOTHING`,
} as const;
