/**
 * What the log store asks of the database. Writes are of many logs at once: each parameter is a list, an item a log. A log
 * is written by whoever opened it last; `write` leaves out of its answer what it did not write. Nothing that writes notifies, since
 * whoever does commits alone on the whole server: `tell` comes behind it.
 */
export const statements = {
  // One that comes late must not take over from its successor, be that of another process, under a newer lease, or of its own.
  open: `
    INSERT INTO logs AS l (key, holder, opened, turn, epoch)
    SELECT g.key, $2, g.opened, g.opened, g.epoch
    FROM unnest($1::text[], $3::bigint[], $4::bigint[]) AS g (key, opened, epoch)
    ORDER BY g.key
    ON CONFLICT (key) DO UPDATE
      SET holder = excluded.holder, opened = excluded.opened, turn = excluded.turn, epoch = excluded.epoch
      WHERE l.epoch <= excluded.epoch AND (l.holder <> excluded.holder OR l.opened < excluded.opened)
    RETURNING l.key, l.id, l.last, l.bytes, l.cut, l.sealed, l.source_cursor, l.dropped_bytes, l.dropped_lines, l.chunks`,

  write: `
    WITH given AS (
      SELECT * FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
        $8::smallint[], $9::smallint[], $10::text[], $11::bigint[], $12::bigint[])
        AS g (key, opened, turn, last, bytes, chunks, cut, sealed, source_cursor, dropped_bytes, dropped_lines)
      ORDER BY 1
    ), held AS (
      UPDATE logs AS l SET turn = g.turn, last = g.last, bytes = g.bytes, chunks = l.chunks + g.chunks, cut = g.cut,
        sealed = g.sealed, source_cursor = g.source_cursor, dropped_bytes = g.dropped_bytes, dropped_lines = g.dropped_lines
      FROM given AS g
      WHERE l.key = g.key AND l.holder = $1 AND l.opened = g.opened AND l.turn < g.turn AND l.sealed = 0
      RETURNING l.key, l.id, l.opened, l.followed_until > now() AS followed
    ), kept AS (
      INSERT INTO log_chunks (log, first, last, raw_bytes, data)
      SELECT h.id, c.first, c.last, c.raw_bytes, substring($13::bytea FROM c.begins FOR c.size)
      FROM unnest($14::text[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::int[], $20::int[])
        AS c (key, opened, first, last, raw_bytes, begins, size)
        JOIN held AS h ON h.key = c.key AND h.opened = c.opened
    )
    SELECT h.key, h.opened, CASE WHEN h.followed THEN 1 END FROM held AS h`,

  lock: `SELECT l.id FROM logs AS l WHERE l.key = $1 AND l.holder = $2 AND l.opened = $3 AND l.sealed = 0 FOR UPDATE`,
  cutBack: `DELETE FROM log_chunks AS c WHERE c.log = $1 AND c.last > $2`,

  look: `SELECT l.id, l.last, l.sealed, l.dropped_bytes, l.dropped_lines FROM logs AS l WHERE l.key = $1`,
  // The row's lock puts it before or behind each write: what is written behind it is told of.
  follow: `
    UPDATE logs AS l SET followed_until = now() + interval '30 s' WHERE l.key = $1
    RETURNING l.id, l.last, l.sealed, l.dropped_bytes, l.dropped_lines`,
  chunks: `
    SELECT c.first, c.last, c.data FROM log_chunks AS c WHERE c.log = $1 AND c.last > $2
    ORDER BY c.last LIMIT $3`,

  sizes: `
    SELECT c.last, c.raw_bytes FROM log_chunks AS c WHERE c.log = $1 AND c.last > $2 ORDER BY c.last LIMIT $3`,
  between: `
    SELECT c.first, c.last, c.data FROM log_chunks AS c WHERE c.log = $1 AND c.last BETWEEN $2 AND $3 ORDER BY c.last`,
  removeBetween: `DELETE FROM log_chunks AS c WHERE c.log = $1 AND c.last BETWEEN $2 AND $3`,
  putMerged: `INSERT INTO log_chunks (log, first, last, raw_bytes, data) VALUES ($1, $2, $3, $4, $5)`,
  fewer: `UPDATE logs AS l SET chunks = l.chunks - $2 WHERE l.key = $1`,

  // Both tables must be of one store: beside another's runs, every log would look forsaken.
  keys: `SELECT l.key FROM logs AS l WHERE l.key > $1 ORDER BY l.key LIMIT $2`,
  forsaken: `
    SELECT g.key FROM unnest($1::text[]) AS g (key)
    WHERE NOT EXISTS (SELECT 1 FROM runs r WHERE r.id = split_part(g.key, '.', 1))`,

  remove: `DELETE FROM logs AS l WHERE l.key = $1 RETURNING l.id, CASE WHEN l.followed_until > now() THEN 1 END`,
  removeChunks: `DELETE FROM log_chunks AS c WHERE c.log = $1`,
  tell: `SELECT pg_notify('logs', g.key)::text FROM unnest($1::text[]) AS g (key)`,
} as const;
