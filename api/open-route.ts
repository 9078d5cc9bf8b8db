// Routes before or beside the keys: signing in, tokens that are used once, what everyone may ask about itself. They take no Idempotency-Key: their bodies
// hold passwords and tokens, of which nothing is kept, and what they do twice does no harm.
import { createRoute, type OpenAPIHono, type RouteConfig, type z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { inTenantRetrying } from '../db/transaction.ts';
import { DomainError } from '../domain/kernel/errors.ts';
import type { ApiDeps, ApiEnv } from './api-deps.ts';
import { callContext, type WriteContext, writeContext } from './call-context.ts';
import { type AgentCaller, type Caller, findCaller } from './caller.ts';
import { type Answer, jsonOf, problem, respond, success, toKept } from './define-route.ts';
import { limitRate } from './middleware/rate-limit.ts';
import { readBody } from './middleware/read-body.ts';

/** Who may call it. */
export type OpenTo = 'anyone' | 'caller' | 'agent';
type CallerOf = { readonly anyone: undefined; readonly caller: Caller; readonly agent: AgentCaller };

/** What its handler may use. */
export type OpenContext<To extends OpenTo> = {
  readonly deps: ApiDeps;
  readonly caller: CallerOf[To];
  /** Runs a transaction of a tenant in which commands can be run; `id` is who does it. */
  readonly write: <T>(who: { tenantId: string; id: string }, work: (context: WriteContext) => Promise<T>) => Promise<T>;
  /** Refuses with Retry-After. */
  readonly refuseFor: (seconds: number, message: string) => DomainError;
};

/** A route ready to be mounted. */
export type OpenRoute = {
  readonly openTo: OpenTo;
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly body?: z.ZodType;
  readonly answer: { readonly status?: 200 | 204; readonly description: string; readonly schema?: z.ZodType };
  readonly handle: (body: never, context: never) => Promise<Answer>;
};

/** Types one. */
export function openRoute<To extends OpenTo, Body extends z.ZodType = z.ZodType<undefined>>(
  route: Omit<OpenRoute, 'openTo' | 'body' | 'handle'> & {
    readonly openTo: To;
    readonly body?: Body;
    readonly handle: (body: z.infer<Body>, context: OpenContext<To>) => Promise<Answer>;
  },
): OpenRoute {
  return route;
}

/** Mounts a route. Comes before the middleware that asks for a key. */
export function mountOpen(app: OpenAPIHono<ApiEnv>, route: OpenRoute): void {
  const middleware: MiddlewareHandler<ApiEnv>[] = [letIn(route.openTo), readBody('json')];
  app.openapi({ ...createRoute(documentOf(route)), middleware }, (async (c: Context<ApiEnv>) => {
    const call = callContext(c);
    const context: OpenContext<OpenTo> = {
      deps: call.deps,
      caller: call.caller as never,
      write: ({ tenantId, id }, work) =>
        inTenantRetrying(call.deps.database.pool, tenantId, (tx) => {
          const caller: Caller = call.caller ?? { kind: 'agent', id, tenantId, scopes: [], signInId: id };
          return work(writeContext({ ...call, caller }, tx, undefined));
        }),
      refuseFor: (seconds, message) => {
        c.header('Retry-After', String(seconds));
        return new DomainError('rate_limited', message);
      },
    };
    const body = route.body ? c.req.valid('json' as never) : undefined;
    return respond(c, route, toKept(route, await route.handle(body as never, context as never)));
  }) as never);
}

/** Bounds what one address may ask for before it is known who it is; then the caller's own limit counts. */
function letIn(to: OpenTo): MiddlewareHandler<ApiEnv> {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const { signInLimiter } = c.get('deps');
    if (to === 'anyone') limitRate(c, signInLimiter, c.env.incoming.socket.remoteAddress ?? 'unknown');
    else {
      const caller = await findCaller(c.get('deps'), c.req.header('authorization'));
      c.set('caller', caller);
      limitRate(c, c.get('deps').rateLimiter, caller.id);
      if (to === 'agent' && caller.kind !== 'agent')
        throw new DomainError('forbidden', 'This is for agents that are signed in: an API key has no password.');
    }
    await next();
  });
}

function documentOf({ answer, body, openTo, ...route }: OpenRoute): RouteConfig {
  return {
    method: route.method,
    path: route.path,
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    security:
      openTo === 'anyone' ? [] : openTo === 'agent' ? [{ agentToken: [] }] : [{ apiKey: [] }, { agentToken: [] }],
    request: body ? { body: { required: true, content: jsonOf(body, route.tag) } } : {},
    responses: {
      [answer.status ?? 200]: success(answer, { content: answer.schema && jsonOf(answer.schema, route.tag) }),
      400: problem('Not valid; `errors` says what to change.'),
      401: problem('Not signed in, or not with these.'),
      ...(openTo === 'agent' && { 403: problem('Only for agents.') }),
      ...(body && { 409: problem('Changed by someone else meanwhile.'), 422: problem('A rule forbids it.') }),
      429: problem('Too many requests, or too many wrong passwords; see Retry-After.', 'Retry-After'),
      503: problem('A dependency can not be reached; see Retry-After.', 'Retry-After'),
    },
  };
}
