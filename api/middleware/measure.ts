// Counts and times every request by its route's pattern, and logs it: method, pattern, status, time; never the path or query, they hold ids and filters.
import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import type { ApiEnv } from '../api-deps.ts';

/** Observes `http_request_seconds`; 5xx are logged as errors by the error handler, the rest here at level debug. */
export const measure = createMiddleware<ApiEnv>(async (c, next) => {
  const { measures, log } = c.get('deps');
  const started = performance.now();
  await next();
  const seconds = (performance.now() - started) / 1000;
  // The last one matched is the handler; middleware matches `/*`.
  const route = matchedRoutes(c).findLast(({ path }) => !path.endsWith('*'))?.path ?? 'none';
  measures.requestSeconds.observe({ method: knownMethod(c.req.method), route, status: String(c.res.status) }, seconds);
  log.debug(
    {
      requestId: c.get('requestId'),
      method: c.req.method,
      route,
      status: c.res.status,
      ms: Math.round(seconds * 1000),
    },
    'request',
  );
});

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** A stranger's method must not become a new series. */
const knownMethod = (method: string): string => (methods.has(method) ? method : 'other');
