// The refusals that many routes share, each described once in the document (`components.responses`).
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from './api-deps.ts';
import { type HeaderName, headersOf } from './response-headers.ts';
import { problemSchema } from './schemas/common.ts';

type Refusal = { readonly status: number; readonly description: string; readonly headers?: readonly HeaderName[] };

const refusals = {
  Invalid: { status: 400, description: 'Not valid; `errors` says what to change.' },
  Unauthenticated: { status: 401, description: 'No API key or token, or one that is not known.' },
  Forbidden: { status: 403, description: 'The key or the agent lacks the scope.' },
  NotFound: { status: 404, description: 'There is no such thing in this tenant.' },
  TimedOut: { status: 408, description: 'The body came too slowly.' },
  Conflict: {
    status: 409,
    description: 'Still running, or changed by someone else meanwhile.',
    headers: ['Retry-After'],
  },
  PreconditionFailed: { status: 412, description: 'If-Match is not the current version.' },
  TooLarge: { status: 413, description: 'The body is larger than 1 MiB.' },
  UnsupportedMediaType: { status: 415, description: 'The body is not declared as JSON.' },
  Refused: {
    status: 422,
    description:
      'A rule forbids it, something that the body refers to is not there, or the Idempotency-Key was used for another request.',
  },
  TooManyRequests: { status: 429, description: 'Too many requests; see Retry-After.', headers: ['Retry-After'] },
  Failed: { status: 500, description: 'Our fault; it can be tried again.' },
  Unavailable: {
    status: 503,
    description: 'A dependency can not be reached; see Retry-After.',
    headers: ['Retry-After'],
  },
} satisfies Record<string, Refusal>;

/** The name of a refusal in the document. */
export type RefusalName = keyof typeof refusals;

/** Puts them into the document. */
export function registerRefusals(registry: OpenAPIHono<ApiEnv>['openAPIRegistry']): void {
  registry.register('Problem', problemSchema);
  for (const [name, { description, headers }] of Object.entries<Refusal>(refusals))
    registry.registerComponent('responses', name, {
      description,
      ...(headers && { headers: headersOf(headers) }),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    });
}

/** Some of them, as the responses of a route. */
export function refusedAs(...names: readonly RefusalName[]): Record<string, { $ref: string }> {
  return Object.fromEntries(names.map((name) => [refusals[name].status, { $ref: `#/components/responses/${name}` }]));
}
