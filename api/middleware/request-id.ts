// Gives every request an id (UUID): the caller's X-Request-Id when it is one, else a new one. It is in the answer, the log and the events' causation.
import { createMiddleware } from 'hono/factory';
import type { ApiEnv } from '../api-deps.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Sets `requestId`. */
export function requestId(newId: () => string) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const given = c.req.header('x-request-id')?.toLowerCase();
    const id = given !== undefined && uuid.test(given) ? given : newId();
    c.set('requestId', id);
    c.header('X-Request-Id', id);
    await next();
  });
}
