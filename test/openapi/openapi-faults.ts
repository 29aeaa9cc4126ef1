import { BaseResolver, createConfig, lintDocument, makeDocumentFromString } from '@redocly/openapi-core';

/**
 * What a validator that knows OpenAPI 3.0 and 3.1 finds in a document, by the version that it says it is of: against the specification, schemas included, and
 * examples against their schemas.
 */
export const openapiFaults = async (document: object): Promise<string[]> => {
  const config = await createConfig({ extends: ['spec'], rules });
  const problems = await lintDocument({
    document: makeDocumentFromString(JSON.stringify(document), 'openapi.json'),
    externalRefResolver: new BaseResolver(config.resolve),
    config,
  });
  return problems.map(({ ruleId, message, location }) => `${location[0]?.pointer}: ${message} (${ruleId})`);
};

/** Beyond what the specification demands: what would mislead whoever makes a client of the document. */
const rules = {
  'no-ambiguous-paths': 'error',
  'no-duplicated-enum-values': 'error',
  'no-enum-type-mismatch': 'error',
  'no-illogical-composition-keywords': 'error',
  'no-invalid-media-type-examples': 'error',
  'no-invalid-parameter-examples': 'error',
  'no-invalid-schema-examples': 'error',
  'no-required-schema-properties-undefined': 'error',
  'no-schema-type-mismatch': 'error',
  'operation-operationId': 'error',
  'security-defined': 'error',
} as const;
