/** Since when a place is silent, how long each lease lasts, and which store version the code of an instance knows. */
export const survival = `
ALTER TABLE runs ADD COLUMN silent_since INTEGER;
ALTER TABLE instances ADD COLUMN lease_ms INTEGER NOT NULL DEFAULT 10000;
ALTER TABLE instances ADD COLUMN store_version INTEGER NOT NULL DEFAULT 1;
`;
