import type { Route } from '../route.ts';

const routes: readonly Route[] = [];

/** What only clients of the published API ask for; left out by `saturn: false`. Of the names that they begin with, the host keeps all other paths. */
export const saturnRoutes: readonly Route[] = routes.map((each) => ({ ...each, isExact: true }));
