/** Epoch ms as published: `2026-02-01T09:30:00+00:00`. */
export const toTimestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}+00:00`;

/** With milliseconds, for lines of a log: many of them share a second. */
export const toFineTimestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 23)}+00:00`;

export const toTimestampOrNull = (ms: number | null): string | null => (ms === null ? null : toTimestamp(ms));

/** Where a time has to be said that nobody knows. */
export const unknownTimestamp = toTimestamp(0);
