/** What we use of the OpenAPI document. */
export interface Document {
  paths: Record<string, Record<string, { operationId: string }>>;
  components: { schemas: Record<string, object> };
}
