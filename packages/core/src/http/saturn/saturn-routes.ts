import type { Route } from '../route.ts';
import { peopleRoutes } from './people/people-routes.ts';
import { activeRoutes } from './pods/active-routes.ts';
import { jobLogs } from './pods/job-logs-route.ts';
import { jobPodsRoutes } from './pods/job-pods-routes.ts';
import { recipeRoutes } from './recipes/recipe-routes.ts';

const routes: readonly Route[] = [...recipeRoutes, ...jobPodsRoutes, jobLogs, ...activeRoutes, ...peopleRoutes];

/** What only clients of the published API ask for; left out by `saturn: false`. Of the names that they begin with, the host keeps all other paths. */
export const saturnRoutes: readonly Route[] = routes.map((each) => ({ ...each, isExact: true }));
