// /healthz: the process runs. /readyz: each dependency by name; only the database is needed to take webhooks. /metrics: for Prometheus.
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from './api-deps.ts';

/** Without these the API can do nothing; without the others it still takes webhooks. */
const needed: readonly string[] = ['database', 'database (system role)'];

/** Mounts the three. They need no key: keep the port inside, or let the proxy pass /v1 only. */
export function mountHealth(app: OpenAPIHono<ApiEnv>): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    const { dependencies, stopping } = await c.get('deps').readiness.report();
    const down = dependencies.filter(({ status }) => status !== 'ok');
    const ready = !stopping && !down.some(({ name }) => needed.includes(name));
    const status = !ready ? 'not ready' : down.length > 0 ? 'degraded' : 'ready';
    return c.json({ status, ready, stopping, dependencies }, ready ? 200 : 503);
  });
  app.get('/metrics', async (c) => {
    const { metrics } = c.get('deps');
    return c.body(await metrics.text(), 200, { 'content-type': metrics.contentType });
  });
}
