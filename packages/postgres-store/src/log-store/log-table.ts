import type { Database } from '../database/database.ts';
import type { LogState } from './admit.ts';
import { type Gathering, gathered } from './gathered.ts';
import type { Chunk } from './pack.ts';
import { statements } from './statements.ts';
import { tellOthers } from './tell-others.ts';

/** The writing side of the tables: what the logs of this process ask for at the same time goes out in one statement. */
export interface LogTable {
  /** Takes the log over. Whoever opened it before writes no more. Null: somebody has, under a newer lease. */
  open(key: string, epoch: number): Promise<OpenedLog | null>;
  /** All or nothing, durable when it resolves. False: it is not ours any more, or sealed. */
  write(write: LogWrite): Promise<boolean>;
  /** A number that no write of this process had. */
  nextTurn(): number;
  /** What tells us from every other process. */
  readonly holder: string;
}

export interface OpenedLog {
  key: string;
  id: number;
  /** With the holder, what only this writer knows. */
  opened: number;
  state: LogState;
  /** In how many pieces it lies. */
  chunks: number;
}

export interface LogWrite {
  key: string;
  opened: number;
  turn: number;
  /** How the log stands behind it. */
  state: LogState;
  chunks: readonly Chunk[];
  /** The answer to an earlier write was lost: what it left behind this position, if anything, is replaced. */
  cutBackTo?: number;
}

export const newLogTable = (database: Database, holder: string): LogTable => {
  let turns = 0;
  const nextTurn = (): number => ++turns;
  const open = gathered((opens: Opening[]) => openLogs(database, holder, opens), { most: 200, name: keyOf });
  const write = gathered((writes: LogWrite[]) => writeAndTell(database, holder, writes), {
    most: 200,
    name: keyOf,
    weight: { of: (write) => write.chunks.reduce((sum, { data }) => sum + data.length, 0), most: 1024 * 1024 },
  } satisfies Gathering<LogWrite>);

  return {
    holder,
    nextTurn,
    open: (key, epoch) => open({ key, epoch, opened: nextTurn() }),
    // One whose earlier answer was lost has more to do, and is rare.
    write: (one) => (one.cutBackTo === undefined ? write(one) : writeAgain(database, holder, one)),
  };
};

interface Opening {
  key: string;
  epoch: number;
  opened: number;
}

const keyOf = ({ key }: { key: string }): string => key;

const openLogs = async (
  database: Database,
  holder: string,
  opens: readonly Opening[],
): Promise<(OpenedLog | null)[]> => {
  const rows = await database.rows(
    statements.open,
    opens.map(({ key }) => key),
    holder,
    opens.map(({ opened }) => opened),
    opens.map(({ epoch }) => epoch),
  );
  const found = new Map(rows.map((row) => [row[0], row]));
  return opens.map(({ key, opened }) => {
    const row = found.get(key);
    return row ? openedLog(key, opened, row) : null;
  });
};

const openedLog = (key: string, opened: number, row: readonly unknown[]): OpenedLog => {
  const [, id, last, bytes, cut, sealed, sourceCursor, droppedBytes, droppedLines, chunks] = row;
  const dropped = { bytes: Number(droppedBytes), lines: Number(droppedLines) };
  const cursor = typeof sourceCursor === 'string' ? (JSON.parse(sourceCursor) as string) : undefined;
  const marks = { cut: cut === 1, sealed: sealed === 1 };
  const state = { last: Number(last), bytes: Number(bytes), dropped, source: { cursor, dropped }, ...marks };
  return { key, id: Number(id), opened, state, chunks: Number(chunks) };
};

const writeAndTell = async (database: Database, holder: string, writes: readonly LogWrite[]): Promise<boolean[]> => {
  const { written, followed } = await writeLogs(database, holder, writes);
  tellOthers(database, followed);
  return written;
};

const writeLogs = async (
  database: Pick<Database, 'rows'>,
  holder: string,
  writes: readonly LogWrite[],
): Promise<{ written: boolean[]; followed: string[] }> => {
  const chunks = writes.flatMap(({ key, opened, chunks }) => chunks.map((chunk) => ({ key, opened, ...chunk })));
  const sizes = chunks.map(({ data }) => data.length);
  // Until it is sealed, what was dropped behind the last source cursor is not yet said.
  const dropped = writes.map(({ state }) => (state.sealed ? state.dropped : state.source.dropped));
  const rows = await database.rows(
    statements.write,
    holder,
    writes.map(({ key }) => key),
    writes.map(({ opened }) => opened),
    writes.map(({ turn }) => turn),
    writes.map(({ state }) => state.last),
    writes.map(({ state }) => state.bytes),
    writes.map(({ chunks }) => chunks.length),
    writes.map(({ state }) => Number(state.cut)),
    writes.map(({ state }) => Number(state.sealed)),
    // As JSON, since no text of PostgreSQL holds every character.
    writes.map(({ state }) => (state.source.cursor === undefined ? null : JSON.stringify(state.source.cursor))),
    dropped.map(({ bytes }) => bytes),
    dropped.map(({ lines }) => lines),
    Buffer.concat(chunks.map(({ data }) => data)),
    chunks.map(({ key }) => key),
    chunks.map(({ opened }) => opened),
    chunks.map(({ first }) => first),
    chunks.map(({ last }) => last),
    chunks.map(({ rawBytes }) => rawBytes),
    beginsOf(sizes),
    sizes,
  );
  const written = new Set(rows.map(([key, opened]) => `${key} ${opened}`));
  return {
    written: writes.map(({ key, opened }) => written.has(`${key} ${opened}`)),
    followed: rows.filter(([, , followed]) => followed === 1).map(([key]) => key as string),
  };
};

// Where each begins when they lie one behind another. PostgreSQL counts bytes from 1.
const beginsOf = (sizes: readonly number[]): number[] => {
  const begins: number[] = [];
  let next = 1;
  for (const size of sizes) {
    begins.push(next);
    next += size;
  }
  return begins;
};

// The number of pieces may then be wrong by a few, which decides nothing but when they are put together.
const writeAgain = async (database: Database, holder: string, write: LogWrite): Promise<boolean> => {
  const { written, followed } = await database.transaction(async (sql) => {
    const row = await sql.row(statements.lock, write.key, holder, write.opened);
    if (!row) return { written: [false], followed: [] };
    await sql.run(statements.cutBack, row[0] as number, write.cutBackTo as number);
    return writeLogs(sql, holder, [write]);
  });
  tellOthers(database, followed);
  return written[0] === true;
};
