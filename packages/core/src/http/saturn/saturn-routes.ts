import type { Route } from '../route.ts';
import { peopleRoutes } from './people/people-routes.ts';
import * as people from './people/schemas.ts';
import { activeRoutes } from './pods/active-routes.ts';
import { jobLogs } from './pods/job-logs-route.ts';
import { jobPodsRoutes } from './pods/job-pods-routes.ts';
import * as pods from './pods/pod-schemas.ts';
import { recipe, recipeList } from './recipes/recipe-answer-schema.ts';
import { recipeRoutes } from './recipes/recipe-routes.ts';
import { documented, eitherRecipe } from './recipes/recipe-schema.ts';

const routes: readonly Route[] = [...recipeRoutes, ...jobPodsRoutes, jobLogs, ...activeRoutes, ...peopleRoutes];

const schemas = {
  JobRecipe: recipe,
  JobRecipeList: recipeList,
  RecipeRequest: eitherRecipe,
  JobRecipeRequest: documented.recipe,
  FlatJobRecipeRequest: documented.flatRecipe,
  JobRuntimeSummary: pods.runSummary,
  JobRuntimeSummaryList: pods.runSummaryList,
  PodRuntimeSummary: pods.podSummary,
  PodRuntimeSummaryList: pods.podSummaryList,
  PodWithLogs: pods.podWithLogs,
  ActiveResources: pods.activeResources,
  ResourceHistory: pods.podHistory,
  HistoricLogList: pods.logLines,
  PodLogs: pods.podLogs,
  Metrics: pods.metrics,
  ResourceClusters: pods.clusters,
  CurrentUser: people.currentUser,
  OwnerList: people.ownerList,
  OrgList: people.orgList,
};

/** What only clients of the published API ask for; left out by `saturn: false`. Of the names that they begin with, the host keeps all other paths. */
export const saturnRoutes: readonly Route[] = routes.map((each) => ({ ...each, isExact: true, schemas }));
