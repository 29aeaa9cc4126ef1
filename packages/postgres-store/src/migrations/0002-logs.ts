/**
 * The logs of attempts: a row for each, and its entries in chunks of neighbours. Who opened it last (`holder`, `opened`), under the newest
 * lease (`epoch`), may write; `turn` counts the writes of a process, so that one whose answer was lost cannot happen after the next. What is written at
 * each append is in no index, and its row has room to be written anew in its place.
 */
export const logs = `
CREATE TABLE logs (
  key TEXT COLLATE "C" PRIMARY KEY,
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  epoch BIGINT NOT NULL,
  holder TEXT COLLATE "C" NOT NULL,
  opened BIGINT NOT NULL,
  turn BIGINT NOT NULL,
  last BIGINT NOT NULL DEFAULT 0,
  bytes BIGINT NOT NULL DEFAULT 0,
  chunks BIGINT NOT NULL DEFAULT 0,
  cut SMALLINT NOT NULL DEFAULT 0,
  sealed SMALLINT NOT NULL DEFAULT 0,
  source_cursor TEXT,
  dropped_bytes BIGINT NOT NULL DEFAULT 0,
  dropped_lines BIGINT NOT NULL DEFAULT 0,
  followed_until TIMESTAMPTZ
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);

CREATE TABLE log_chunks (
  log BIGINT NOT NULL,
  first BIGINT NOT NULL,
  last BIGINT NOT NULL,
  raw_bytes BIGINT NOT NULL,
  data BYTEA NOT NULL,
  PRIMARY KEY (log, last)
);
-- It is compressed already.
ALTER TABLE log_chunks ALTER COLUMN data SET STORAGE EXTERNAL;
`;
