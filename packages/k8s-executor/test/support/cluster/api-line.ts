import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import type { KubeConfig } from '@kubernetes/client-node';
import type { KubeConfigLike } from '../../../src/kube-config-like.ts';

/** The line between an executor and its API server, which can be cut, as a network can. */
export interface ApiLine extends AsyncDisposable {
  readonly kubeConfig: KubeConfigLike;
  /** Breaks every connection, and lets no new one through. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

export const apiLine = async (kubeConfig: KubeConfig): Promise<ApiLine> => {
  const server = new URL(kubeConfig.getCurrentCluster()?.server ?? '');
  const far = {
    host: server.hostname.replace(/^\[|\]$/g, ''),
    port: Number(server.port || defaultPorts[server.protocol]),
  };
  const sockets = new Set<Socket>();
  const proxy = createServer((near) => join(near, createConnection(far), sockets));
  const listen = async (port: number): Promise<number> => {
    proxy.listen(port, '127.0.0.1');
    await once(proxy, 'listening');
    const address = proxy.address();
    return typeof address === 'object' && address ? address.port : 0;
  };
  const port = await listen(0);
  const cut = async (): Promise<void> => {
    if (!proxy.listening) return;
    const closed = once(proxy, 'close');
    proxy.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    kubeConfig: {
      getCurrentCluster: () => ({
        server: `${server.protocol}//127.0.0.1:${port}${server.pathname.replace(/\/$/, '')}`,
      }),
      async applyToHTTPSOptions(options) {
        await kubeConfig.applyToHTTPSOptions(options);
        if (server.protocol === 'https:') Object.assign(options, { servername: nameOf(kubeConfig, far.host) });
      },
    },
    cut,
    mend: async () => void (await listen(port)),
    [Symbol.asyncDispose]: cut,
  };
};

const defaultPorts: Record<string, number> = { 'https:': 443, 'http:': 80 };

// By which its certificate is judged, since we come to it by another address. Every API server is known by this one too, and no address can be one.
const nameOf = (kubeConfig: KubeConfig, host: string): string =>
  kubeConfig.getCurrentCluster()?.tlsServerName ?? (/^[\d.]+$|:/.test(host) ? 'kubernetes.default.svc' : host);

const join = (near: Socket, far: Socket, sockets: Set<Socket>): void => {
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    sockets.add(one);
    one.once('close', () => {
      sockets.delete(one);
      other.destroy();
    });
    one.on('error', () => {});
  }
  near.pipe(far).pipe(near);
};
