// Answers in the gateway's own words: errors as its framework writes them, bodies checked before anything is done.
import type { Context } from 'hono';
import type { z } from 'zod';
import type { SandboxState, Session, SessionStatus } from './state.ts';

/** An answer that ends the request; `body` is what the gateway would send. */
export class HttpAnswer extends Error {
  override name = 'HttpAnswer';
  readonly status: 400 | 401 | 404 | 422 | 500;
  readonly body: unknown;

  constructor(status: HttpAnswer['status'], body: unknown) {
    super(`HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** The body of a request, or 400 with one line per fault. */
export async function readBody<T extends z.ZodType>(c: Context, schema: T): Promise<z.infer<T>> {
  const body: unknown = await c.req.json().catch(() => {
    throw new HttpAnswer(400, { message: 'Body is not valid JSON', error: 'Bad Request', statusCode: 400 });
  });
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const message = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`.trim());
  throw new HttpAnswer(400, { message, error: 'Bad Request', statusCode: 400 });
}

/** The session of this name, or 404. */
export function findSession(state: SandboxState, name: string): Session {
  const session = state.sessions.get(name);
  if (session !== undefined) return session;
  throw new HttpAnswer(404, { message: `Session "${name}" does not exist`, error: 'Not Found', statusCode: 404 });
}

/** The session of this name if it is WORKING, else 404 or 422. */
export function findWorkingSession(state: SandboxState, name: string): Session {
  const session = findSession(state, name);
  requireStatus(session, 'WORKING');
  return session;
}

/** 422 unless the session is in one of these states. */
export function requireStatus({ name, status }: Session, ...expected: readonly SessionStatus[]): void {
  if (expected.includes(status)) return;
  const error = 'Session status is not as expected. Try again later or restart the session';
  throw new HttpAnswer(422, { error, session: name, status, expected, statusCode: 422 });
}

/** Answers only when the caller is gone or the sandbox ends. */
export function hang(gone: AbortSignal, stop: AbortSignal): Promise<Response> {
  return new Promise((resolve) => {
    const end = () => resolve(new Response(null, { status: 500 }));
    AbortSignal.any([gone, stop]).addEventListener('abort', end);
  });
}
