/** Since when a place is silent, and how long each lease lasts. */
export const survival = `
ALTER TABLE runs ADD COLUMN silent_since INTEGER;
ALTER TABLE instances ADD COLUMN lease_ms INTEGER NOT NULL DEFAULT 10000;
`;
