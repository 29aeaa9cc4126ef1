import pg from 'pg';

/** One statement on a connection of its own. */
export const askPostgres = async (url: string, text: string): Promise<unknown[][]> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query({ text, rowMode: 'array' });
    return rows ?? [];
  } finally {
    await client.end();
  }
};

export const answers = (url: string): Promise<boolean> =>
  askPostgres(url, 'SELECT 1').then(
    () => true,
    () => false,
  );
