// The HTTP server under the application: time limits of connections, a clear word about a taken port, a close that lets requests finish.
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { ConfigError } from '../platform/config.ts';
import type { ApiEnv } from './api-deps.ts';

/** A listening server; port 0 takes any free one. */
export type ListeningServer = { readonly address: string; readonly port: number; close(): Promise<void> };

/** Starts to listen. Throws ConfigError when the address can't be used. */
export async function listen(
  app: Pick<Hono<ApiEnv>, 'fetch'>,
  at: { host: string; port: number },
): Promise<ListeningServer> {
  const server = createAdaptorServer({
    fetch: app.fetch as never,
    serverOptions: { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 75_000, maxHeaderSize: 16_384 },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = ['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL'].includes(error.code ?? '');
      const advice = `API_HOST and API_PORT: ${at.host}:${at.port} can not be used (${error.code}). Set API_PORT to a free port.`;
      reject(taken ? new ConfigError(advice) : error);
    });
    server.listen(at.port, at.host, resolve);
  });
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : at.port;
  const host = at.host.includes(':') ? `[${at.host}]` : at.host;
  return {
    address: `http://${host}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        const closeIdle = (): void => {
          if ('closeIdleConnections' in server) server.closeIdleConnections();
        };
        const again = setInterval(closeIdle, 50);
        server.close(() => {
          clearInterval(again);
          resolve();
        });
        closeIdle();
      }),
  };
}
