// A route as data: method, path, scope, schemas, handler. Everything about HTTP that all routes share is done here, once.
import { createRoute, type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Scope } from '../db/api-keys.ts';
import type { KeptAnswer } from '../db/idempotency.ts';
import { inTenant } from '../db/transaction.ts';
import { DomainError } from '../domain/kernel/errors.ts';
import type { ApiEnv } from './api-deps.ts';
import { callContext, type ReadContext, type WriteContext } from './call-context.ts';
import { exampleOf } from './examples/example-of.ts';
import { requireScope } from './middleware/authenticate.ts';
import { runWriteOnce } from './middleware/idempotency.ts';
import { refusedAs } from './problem-responses.ts';
import { type HeaderName, headersOf } from './response-headers.ts';
import { problemSchema } from './schemas/common.ts';

/** What a handler answers. `sequence` becomes the ETag. */
export type Answer = {
  readonly status?: 200 | 201 | 202 | 204;
  readonly body?: unknown;
  readonly sequence?: number;
  readonly location?: string;
};

/** A request as its schemas parsed it. */
export type Parsed<P, Q, B> = { readonly params: P; readonly query: Q; readonly body: B };

type Shape = z.ZodType;
type Common<P extends Shape, Q extends Shape, B extends Shape> = {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly scope: Scope;
  readonly summary: string;
  readonly description?: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** The answer that is no error. No schema: there is no body. */
  readonly answer: { readonly status?: 200 | 201 | 202 | 204; readonly description: string; readonly schema?: Shape };
  /** Of an answer that is no JSON; a stream's default is that of server-sent events. */
  readonly contentType?: 'text/csv';
  /** The answer carries an ETag; a write takes If-Match too. */
  readonly versioned?: boolean;
  /** The answer says where the thing that was made is. */
  readonly creates?: boolean;
};

/** A route ready to be mounted. */
export type Route = Common<Shape, Shape, Shape> & {
  readonly kind: 'read' | 'write' | 'stream';
  readonly handle: (
    request: Parsed<never, never, never>,
    context: never,
    c: Context<ApiEnv>,
  ) => Promise<Answer | Response>;
};

/** A route that changes nothing. */
export function readRoute<P extends Shape, Q extends Shape>(
  definition: Common<P, Q, Shape> & {
    readonly handle: (request: Parsed<z.infer<P>, z.infer<Q>, undefined>, context: ReadContext) => Promise<Answer>;
  },
): Route {
  return { ...definition, kind: 'read' };
}

/** A route that changes something: takes an Idempotency-Key. */
export function writeRoute<P extends Shape, Q extends Shape, B extends Shape>(
  definition: Common<P, Q, B> & {
    readonly handle: (request: Parsed<z.infer<P>, z.infer<Q>, z.infer<B>>, context: WriteContext) => Promise<Answer>;
  },
): Route {
  return { ...definition, kind: 'write' };
}

/** A route that answers by itself, bit by bit. */
export function streamRoute<P extends Shape, Q extends Shape>(
  definition: Common<P, Q, Shape> & {
    readonly handle: (
      request: Parsed<z.infer<P>, z.infer<Q>, undefined>,
      context: ReadContext,
      c: Context<ApiEnv>,
    ) => Promise<Response>;
  },
): Route {
  return { ...definition, kind: 'stream' };
}

/** Mounts a route: its document entry and its handler. */
export function mount(app: OpenAPIHono<ApiEnv>, route: Route): void {
  app.openapi(createRoute(documentOf(route)), (async (c: Context<ApiEnv>) => {
    requireScope(c.get('caller'), route.scope);
    // What the validators left, under the types that the route's own schemas give.
    const valid = (target: string): never => c.req.valid(target as never);
    const request = {
      params: route.params ? valid('param') : (undefined as never),
      query: route.query ? valid('query') : (undefined as never),
      body: route.body ? valid('json') : (undefined as never),
    };
    const call = callContext(c);
    const { pool } = call.deps.database;
    const read: ReadContext['read'] = (work) => inTenant(pool, call.caller.tenantId, work);
    if (route.kind === 'stream') return route.handle(request, { ...call, read } as never, c);
    const answer =
      route.kind === 'read'
        ? toAnswer(route, await route.handle(request, { ...call, read } as never, c))
        : await runWriteOnce(c, call, route.versioned ?? false, async (write) =>
            toAnswer(route, await route.handle(request, write as never, c)),
          );
    return respond(c, route, answer);
  }) as never);
}

/** What answering needs of a route. */
type Answering = {
  readonly method: string;
  readonly answer: { readonly status?: 200 | 201 | 202 | 204; readonly schema?: Shape };
};

function toAnswer(route: Route, answer: Answer | Response): KeptAnswer {
  if (answer instanceof Response) throw new Error(`${route.operationId} must answer with data.`);
  return toKept(route, answer);
}

/** An answer as it goes out, and as it is kept for a repeat. */
export function toKept(route: Answering, answer: Answer): KeptAnswer {
  const headers: Record<string, string> = {};
  if (answer.sequence !== undefined) headers['ETag'] = `"${answer.sequence}"`;
  if (answer.location !== undefined) headers['Location'] = answer.location;
  return { status: answer.status ?? route.answer.status ?? 200, headers, body: answer.body ?? null };
}

/** Sends it. */
export function respond(c: Context<ApiEnv>, route: Answering, { status, headers, body }: KeptAnswer): Response {
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  if (route.method === 'get' && headers['ETag'] !== undefined && c.req.header('if-none-match') === headers['ETag'])
    return c.body(null, 304);
  if (route.answer.schema === undefined) return c.body(null, status as 204);
  // Through the schema, so that nothing leaves that the document does not name.
  return c.json(route.answer.schema.parse(body) as object, status as 200);
}

/** Throws not_found for nothing: also what another tenant has. */
export function found<T>(thing: T | undefined, name: string): T {
  if (thing === undefined) throw new DomainError('not_found', `There is no such ${name}: check its id.`);
  return thing;
}

/** A problem in the document; `headers` of `responseHeaders`. */
export const problem = (description: string, ...headers: readonly HeaderName[]) => ({
  description,
  ...(headers.length > 0 && { headers: headersOf(headers) }),
  content: { 'application/problem+json': { schema: problemSchema } },
});

/** A success in the document. */
export const success = (
  { description }: { readonly description: string },
  { headers = [], content }: { readonly headers?: readonly HeaderName[]; readonly content?: Content | undefined } = {},
) => ({
  description,
  ...(headers.length > 0 && { headers: headersOf(headers) }),
  ...(content && { content }),
});

const contentOf = ({ kind, tag, contentType, answer: { schema } }: Route): Content | undefined => {
  if (schema && contentType === 'text/csv') return { [contentType]: { schema, example: 'id,status\r\n1,sent\r\n' } };
  return schema && (kind === 'stream' ? streamOf(schema) : jsonOf(schema, tag));
};

type Content = Readonly<Record<string, { readonly schema: Shape; readonly example: unknown }>>;

function documentOf(route: Route): RouteConfig {
  const { answer, kind, versioned = false } = route;
  const isWrite = kind === 'write';
  const headers = isWrite ? writeHeaders(versioned) : undefined;
  const answered: HeaderName[] = [
    ...((versioned && answer.schema) || route.creates ? ['ETag' as const] : []),
    ...(route.creates ? ['Location' as const] : []),
    ...(isWrite ? ['Idempotency-Replayed' as const] : []),
  ];
  return {
    method: route.method,
    path: route.path,
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, `Needs the scope \`${route.scope}\`.`].filter(Boolean).join('\n\n'),
    security: [{ apiKey: [] }, { agentToken: [] }],
    request: {
      ...(route.params && { params: route.params as never }),
      ...(route.query && { query: route.query as never }),
      ...(headers && { headers: headers as never }),
      ...(route.body && { body: { required: true, content: jsonOf(route.body, route.tag) } }),
    },
    responses: {
      [answer.status ?? 200]: success(answer, { headers: answered, content: contentOf(route) }),
      ...(!isWrite &&
        versioned && { 304: success({ description: 'Unchanged since If-None-Match.' }, { headers: ['ETag'] }) }),
      ...refusedAs('Invalid', 'Unauthenticated', 'Forbidden', 'TooManyRequests', 'Failed', 'Unavailable'),
      ...(route.params && refusedAs('NotFound')),
      ...(isWrite && refusedAs('TimedOut', 'Conflict', 'TooLarge', 'UnsupportedMediaType', 'Refused')),
      ...(isWrite && versioned && refusedAs('PreconditionFailed')),
    },
  };
}

/** A JSON body in the document, with an example. */
export const jsonOf = (schema: Shape, about: string) => ({
  'application/json': { schema, example: exampleOf(schema, about) },
});
const streamOf = (schema: Shape) => ({
  'text/event-stream': { schema, example: 'event: ready\nid: 815-0\nretry: 2000\ndata: {}\n\n' },
});

function writeHeaders(versioned: boolean): z.ZodType {
  const key = z
    .string()
    .optional()
    .openapi({
      param: { name: 'Idempotency-Key', in: 'header', required: true },
      description:
        'Any text of 1 to 255 characters, new for each new request; a repeat with the same one gives the same answer for 24 hours.',
      example: '0198c3f2-7c1b-7d3e-9a57-0c6e8b21d79f',
    });
  const match = z
    .string()
    .optional()
    .openapi({
      param: { name: 'If-Match', in: 'header' },
      description: 'The ETag that was read: refused with 412 when it is no longer the current one.',
      example: '"3"',
    });
  return z.object({ 'Idempotency-Key': key, ...(versioned && { 'If-Match': match }) });
}
