// The HTTP application: middleware in one list, then the routes. No business in here.
import { OpenAPIHono } from '@hono/zod-openapi';
import { DomainError, errorTable } from '../domain/kernel/errors.ts';
import { wordlessError } from '../platform/safe-error.ts';
import type { ApiDeps, ApiEnv } from './api-deps.ts';
import { mountCodec } from './codec.ts';
import { mount } from './define-route.ts';
import { mountDocs } from './docs-page.ts';
import { mountEvents } from './events-page/mount.ts';
import { mountHealth } from './health.ts';
import { takeWebhook } from './intake.ts';
import { answerInTime } from './middleware/answer-in-time.ts';
import { authenticate } from './middleware/authenticate.ts';
import { measure } from './middleware/measure.ts';
import { rateLimit } from './middleware/rate-limit.ts';
import { readBody } from './middleware/read-body.ts';
import { requestId } from './middleware/request-id.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { mountOpen } from './open-route.ts';
import { openApiDocument } from './openapi.ts';
import { answerProblem, invalid, noRoute, problemOf } from './problem.ts';
import { openRoutes, resources } from './resources/index.ts';

const webhookPath = '/v1/webhooks/waha/:channelId';

/** Makes the application over a process's parts. */
export function createApp(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalid(result.target, result.error.issues);
    },
  });
  app.use(async (c, next) => {
    c.set('deps', deps);
    // A busy connection would else never be let go.
    if (deps.stopping.aborted) c.header('Connection', 'close');
    await next();
  });
  app.use(
    requestId(() => deps.database.ids.next()),
    measure,
    securityHeaders,
  );
  mountHealth(app);
  mountDocs(app, openApiDocument());
  mountEvents(app);
  mountCodec(app, deps);
  app.use('/v1/*', answerInTime());
  app.post(webhookPath, readBody('raw'), takeWebhook);
  for (const route of openRoutes) mountOpen(app, route);
  app.use('/v1/*', authenticate, rateLimit, readBody('json'));
  for (const route of resources) mount(app, route);
  app.notFound((c) => answerProblem(c, problemOf(noRoute(c.req.method, c.req.path), c.get('requestId'))));
  app.onError((error, c) => {
    const problem = problemOf(error, c.get('requestId'));
    if (errorTable[problem.code].status >= 500 && !(error instanceof DomainError))
      deps.log.error(
        { err: wordlessError(error), requestId: problem.requestId, method: c.req.method },
        'request failed',
      );
    return answerProblem(c, problem);
  });
  return app;
}
