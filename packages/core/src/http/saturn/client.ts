/**
 * Whether the first generation of the published API's Python client asks: it alone says its version, also `0+unknown`. It wants logs as one text, never an
 * empty list of runs, and times where others take null.
 */
export const isFirstClient = (request: Request): boolean => request.headers.has('x-saturn-client-version');
