/** Names the store in sentences. */
export const whereOf = (schema: string): string => `The PostgreSQL schema "${schema}"`;
