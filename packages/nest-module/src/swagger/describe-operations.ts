import { SetMetadata, type Type } from '@nestjs/common';
import type { OperationRoute } from '../routes/controller-routes.ts';
import type { Document } from '../routes/document.ts';
import { type ControllerRoute, decorateRoute } from '../routes/runyard-controller.ts';
import { asOpenapi30, type Json } from './as-openapi-30.ts';

interface Described {
  document: Document;
  operations: readonly OperationRoute[];
  isShown: boolean;
}

interface Operation {
  summary: string;
  description?: string;
  parameters: Json[];
  requestBody?: Json;
  responses: Record<string, Json>;
}

// Where the decorators of @nestjs/swagger leave what they are given. Written by hand, that package need not be there.
const keys = {
  operation: 'swagger/apiOperation',
  parameters: 'swagger/apiParameters',
  responses: 'swagger/apiResponse',
  excluded: 'swagger/apiExcludeEndpoint',
  excludedController: 'swagger/apiExcludeController',
  models: 'swagger/apiExtraModels',
  schema: 'swagger/apiSchema',
  tags: 'swagger/apiUseTags',
};

/** Has `SwaggerModule.createDocument` find the operations, with their schemas, as if each had been decorated. */
export const describeOperations = (controller: Type, { document, operations, isShown }: Described): void => {
  if (!isShown) {
    SetMetadata(keys.excludedController, [true])(controller);
    return;
  }
  for (const { name, operation } of operations)
    describe(controller, name, asOpenapi30(operation) as unknown as Operation);
  const models = Object.entries(document.components.schemas)
    .filter(([name]) => !name.startsWith('__'))
    .map(([name, schema]) => modelOf(name, asOpenapi30(schema)));
  SetMetadata(keys.models, models)(controller);
  if (!Reflect.getMetadata(keys.tags, controller)) SetMetadata(keys.tags, ['Runyard'])(controller);
};

/** Keeps routes that are no operations out of it. */
export const hideOperations = (controller: Type, routes: readonly ControllerRoute[]): void => {
  for (const { name } of routes) decorateRoute(controller, name, SetMetadata(keys.excluded, { disable: true }));
};

const describe = (controller: Type, name: string, operation: Operation): void => {
  const { summary, description, parameters, requestBody, responses } = operation;
  const told = { summary, ...(description !== undefined && { description }), ...(requestBody && { requestBody }) };
  decorateRoute(controller, name, SetMetadata(keys.operation, told));
  decorateRoute(controller, name, SetMetadata(keys.parameters, parameters));
  decorateRoute(controller, name, SetMetadata(keys.responses, responses));
};

// A schema that has a name comes into the document as a model.
const modelOf = (name: string, schema: Json): Type => {
  class Model {}
  SetMetadata(keys.schema, [{ name: `Runyard${name}`, ...schema }])(Model);
  return Model;
};
