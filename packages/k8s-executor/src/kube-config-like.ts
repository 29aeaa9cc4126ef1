import type { RequestOptions } from 'node:https';

/** A KubeConfig of @kubernetes/client-node, or anything with these two of its methods. */
export interface KubeConfigLike {
  getCurrentCluster(): { server: string } | null;
  /** Sets `headers`, `auth`, what TLS needs, and where there is a proxy, `agent`. Asked every 10 s at most, and after the server has refused what it gave. */
  applyToHTTPSOptions(options: RequestOptions): Promise<void>;
  getContextObject?(name: string): { namespace?: string } | null;
  getCurrentContext?(): string;
}
