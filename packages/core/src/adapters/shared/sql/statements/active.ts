/** Written the same everywhere, since a partial index serves only the condition that it was made with. */
export const isActive = (alias: string): string => `${alias}.active = 1`;
