// A tiny HTTP server for processes without an API: /healthz (the process runs), /readyz (each dependency by name), /metrics.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { ConfigError } from './config.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';

/** Port 0 takes any free one; the address in use is in the answer and in the log. */
export type HealthServerOptions = {
  host: string;
  port: number;
  readiness: Readiness;
  metrics: Metrics;
  log: Logger;
  /** How the process is, in its own words: shown by /healthz and /readyz beside their verdict. */
  state?: () => object;
};

/** A running server. */
export type HealthServer = { address: string; port: number; close(): Promise<void> };

/** Starts listening. Throws ConfigError when the port is taken. */
export async function startHealthServer({
  host,
  port,
  readiness,
  metrics,
  log,
  state,
}: HealthServerOptions): Promise<HealthServer> {
  const own = (): object => (state === undefined ? {} : { state: state() });
  const routes: Record<string, (response: ServerResponse) => Promise<void>> = {
    '/healthz': async (response) => json(response, 200, { status: 'ok', ...own() }),
    '/readyz': async (response) => {
      const report = await readiness.report();
      json(response, report.ready ? 200 : 503, { status: report.ready ? 'ready' : 'not ready', ...report, ...own() });
    },
    '/metrics': async (response) => {
      const text = await metrics.text();
      response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (route === undefined) return json(response, 404, { title: 'Not found', paths: Object.keys(routes) });
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return json(response, 405, { title: 'Only GET and HEAD are answered here' });
    }
    return route(response);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error({ err: error }, 'health request failed');
      if (!response.headersSent) json(response, 500, { title: 'Internal error' });
      else response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE' || error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL'
          ? new ConfigError(
              `METRICS_HOST and METRICS_PORT: ${host}:${port} can not be used (${error.code}). Set METRICS_PORT to a free port, or to 0 for any.`,
            )
          : error,
      );
    });
    server.listen(port, host, resolve);
  });
  const bound = server.address();
  const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`;
  log.info({ address }, 'health and metrics are served');
  return {
    address,
    port: boundPort,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
