/** The GPUs of an attempt, and whether it still holds them. */
export const gpus = `
ALTER TABLE attempts ADD COLUMN gpus TEXT;
ALTER TABLE attempts ADD COLUMN holds_gpus INTEGER;
CREATE INDEX attempts_holding ON attempts (holds_gpus, run_id, attempt) WHERE holds_gpus = 1;
`;
