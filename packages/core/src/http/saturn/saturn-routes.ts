import type { Route } from '../route.ts';

/** What only clients of the published API ask for; left out by `saturn: false`. */
export const saturnRoutes: readonly Route[] = [];
