// Errors as RFC 9457 problem+json: what is wrong and what to change. Never a stack trace, never a value out of the database.
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { DomainError, type ErrorCode, errorCodeOf, errorTable } from '../domain/kernel/errors.ts';
import type { ApiEnv } from './api-deps.ts';

/** The body of every answer that is an error. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly requestId: string;
  readonly rule?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
};

const maxErrors = 20;
const retryAfterSeconds: Partial<Record<ErrorCode, number>> = { unavailable: 2, request_in_progress: 1 };
const internalDetail = 'This is our fault. Try again; if it stays, tell us the requestId.';

/** Makes the problem of anything thrown; what is not one of ours becomes `internal` and says nothing. */
export function problemOf(thrown: unknown, requestId: string): Problem {
  const error = thrown instanceof HTTPException ? fromHttp(thrown) : thrown;
  const code = errorCodeOf(error) ?? 'internal';
  const { status, title } = errorTable[code];
  const known = error instanceof DomainError ? error : undefined;
  return {
    type: `urn:problem:${code}`,
    title,
    status,
    detail: known?.message ?? (code === 'unavailable' ? 'Try again in a moment.' : internalDetail),
    code,
    requestId,
    ...(known?.rule !== undefined && { rule: known.rule }),
    ...(known && known.issues.length > 0 && { errors: known.issues.slice(0, maxErrors) }),
  };
}

/** Answers with a problem. */
export function answerProblem(c: Context<ApiEnv>, problem: Problem): Response {
  const wait = retryAfterSeconds[problem.code];
  if (wait !== undefined && !c.res.headers.has('retry-after')) c.header('Retry-After', String(wait));
  if (problem.code === 'unauthenticated') c.header('WWW-Authenticate', 'Bearer');
  return c.body(JSON.stringify(problem), problem.status as 400, { 'content-type': 'application/problem+json' });
}

function fromHttp({ status }: HTTPException): unknown {
  if (status === 415)
    return new DomainError('unsupported_media_type', 'Send the body as JSON, with Content-Type: application/json.');
  if (status === 413) return new DomainError('body_too_large', 'The body is too large.');
  return status < 500 ? new DomainError('validation_failed', 'The request can not be read.') : undefined;
}

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string };

/** The error of a request that does not fit its schema; `target` is the part of the request that is wrong. */
export function invalid(target: string, issues: readonly Issue[]): DomainError {
  const place = target === 'json' ? 'body' : target === 'param' ? 'path' : target;
  const told = issues.slice(0, maxErrors).map(({ path, message }) => ({
    path: [place, ...path].map(String).join('.').slice(0, 200),
    message: message.slice(0, 300),
  }));
  const where = { body: 'The body', path: 'The path', query: 'The query', header: 'A header' }[place] ?? 'The request';
  return new DomainError('validation_failed', `${where} is not valid: see errors for what to change.`, {
    issues: told,
  });
}

/** No such route. */
export function noRoute(method: string, path: string): DomainError {
  return new DomainError('not_found', `There is no ${method} ${path.slice(0, 200)}: see /docs for what there is.`);
}
