/** A KubeConfig of @kubernetes/client-node, or anything with these two of its methods. */
export interface KubeConfigLike {
  getCurrentCluster(): { server: string } | null;
  // biome-ignore lint/suspicious/noExplicitAny: the client's own context, which only the client makes
  applySecurityAuthentication(context: any): Promise<void>;
  getContextObject?(name: string): { namespace?: string } | null;
  getCurrentContext?(): string;
}
