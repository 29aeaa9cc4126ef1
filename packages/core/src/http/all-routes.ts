import type { Route } from './route.ts';
import { routes as nativeRoutes } from './routes/index-of-routes.ts';
import { saturnRoutes } from './saturn/saturn-routes.ts';

/** Every route: ours, and those that only clients of the published API ask for. */
export const allRoutes: readonly Route[] = [...nativeRoutes, ...saturnRoutes];
