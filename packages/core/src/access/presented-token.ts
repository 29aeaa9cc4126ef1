/** What stands behind `Authorization: token …` or `Authorization: Bearer …` (any case); null: nothing does. */
export const presentedToken = (request: Request): string | null =>
  /^(?:token|bearer) +(\S+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? null;
